import type { MachineLoad } from '../machine-load.ts';
import { spreadOf } from '../statistics.ts';
import type { FailureRecord } from '../run-record.ts';
import { secondsOf } from './words.ts';

/** A run before which the processors did more than that is named. */
const BUSY = 0.5;

/**
 * What the processors did from the beginning of each run to its failure, when the lab should be all that they have to do, and from there until the clients were
 * served again, when all servers of a lab share them.
 */
export function loadInWords(records: readonly FailureRecord[]): readonly string[] {
  const before = sharesOf(records, 'begin', 'failed');
  if (before.length === 0) return [];
  const busy = before.filter(({ share }) => share > BUSY).toSorted((a, b) => b.share - a.share);
  const named = busy.map(({ record, share }) => `${record.case}, ${record.method}, number ${record.index} (${secondsOf(share)})`);
  const meanwhile = sharesOf(records, 'failed', 'served again');
  return [
    '',
    `Share of the processors that was busy from the beginning of a run to its failure: ${medianInWords(before)}.` +
      (named.length === 0 ? '' : ` More than half: ${named.join('; ')}.`) +
      (meanwhile.length === 0
        ? ''
        : ` From the failure until the clients were served again, the wait for the detection included: ${medianInWords(meanwhile)}.`),
  ];
}

interface Share {
  readonly record: FailureRecord;
  readonly share: number;
}

function medianInWords(shares: readonly Share[]): string {
  const { median, max } = spreadOf(shares.map(({ share }) => share));
  return `median ${secondsOf(median)}, at most ${secondsOf(max)}`;
}

/** Of all processor time between the two moments, for the runs that count and tell it. */
function sharesOf(records: readonly FailureRecord[], begin: MachineLoad['at'], end: MachineLoad['at']): readonly Share[] {
  return records.flatMap((record) => {
    const [first, last] = [begin, end].map((at) => record.load.find((one) => one.at === at)?.stat);
    if (record.void !== null || first === undefined || last === undefined) return [];
    const from = processorTimes(first);
    const to = processorTimes(last);
    const all = to.all - from.all;
    return all > 0 ? [{ record, share: 1 - (to.idle - from.idle) / all }] : [];
  });
}

/** `cpu user nice system idle iowait irq softirq steal guest guest_nice`; guests are counted in user and nice already. */
function processorTimes(stat: string): { readonly all: number; readonly idle: number } {
  const times = stat.trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: times.reduce((sum, time) => sum + time, 0), idle: (times[3] ?? 0) + (times[4] ?? 0) };
}
