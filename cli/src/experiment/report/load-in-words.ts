import { spreadOf } from '../statistics.ts';
import type { FailureRecord } from '../run-record.ts';
import { secondsOf } from './words.ts';

/** A run before which the processors did more than that is named. */
const BUSY = 0.5;

/** What the processors did from the beginning of each run to its failure, when the lab should be all that they have to do. */
export function loadInWords(records: readonly FailureRecord[]): readonly string[] {
  const counted = records.flatMap((record) => {
    const share = busyShare(record);
    return record.void !== null || share === undefined ? [] : [{ record, share }];
  });
  if (counted.length === 0) return [];
  const { median, max } = spreadOf(counted.map(({ share }) => share));
  const busy = counted.filter(({ share }) => share > BUSY).toSorted((a, b) => b.share - a.share);
  const named = busy.map(({ record, share }) => `${record.case}, ${record.method}, number ${record.index} (${secondsOf(share)})`);
  return [
    '',
    `Share of the processors that was busy from the beginning of a run to its failure: median ${secondsOf(median)}, at most ${secondsOf(max)}.` +
      (named.length === 0 ? '' : ` More than half: ${named.join('; ')}.`),
  ];
}

/** Of all processor time between the two; undefined where the record does not tell. */
function busyShare({ load }: FailureRecord): number | undefined {
  const [begin, failed] = (['begin', 'failed'] as const).map((at) => load.find((one) => one.at === at)?.stat);
  if (begin === undefined || failed === undefined) return undefined;
  const from = processorTimes(begin);
  const to = processorTimes(failed);
  const all = to.all - from.all;
  return all > 0 ? 1 - (to.idle - from.idle) / all : undefined;
}

/** `cpu user nice system idle iowait irq softirq steal guest guest_nice`; guests are counted in user and nice already. */
function processorTimes(stat: string): { readonly all: number; readonly idle: number } {
  const times = stat.trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: times.reduce((sum, time) => sum + time, 0), idle: (times[3] ?? 0) + (times[4] ?? 0) };
}
