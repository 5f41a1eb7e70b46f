import { activationOf, targetsOf, troublesOfRun } from './measure-run.ts';
import type { RunRecord } from './run-record.ts';
import type { RunIdentity } from './schedule.ts';

/**
 * `run 3 of 20: Nt, method ring, number 2; the last one ends about 21:45`
 *
 * @param left runs to be done, this one included
 * @param end when the last one will have ended
 */
export function describeRun(
  run: RunIdentity,
  { total, left, end }: { readonly total: number; readonly left: number; readonly end: Date },
): string {
  return `run ${total - left + 1} of ${total}: ${run.case}, method ${run.method}, number ${run.index}; the last one ends about ${clock(end)}`;
}

/** `21:45`, in local time. */
export function clock(date: Date): string {
  return date.toTimeString().slice(0, 5);
}

/** What a run came to, in lines. */
export function describeResult(record: RunRecord): readonly string[] {
  return [
    ...timesOf(record),
    ...troublesOfRun(record).map((trouble) => `went wrong: ${trouble}`),
    ...(record.void === null ? [] : [`measures nothing and is done again: ${record.void}`]),
  ];
}

function timesOf(record: RunRecord): readonly string[] {
  switch (record.kind) {
    case 'failure':
      return targetsOf(record).map(
        ({ server, recovery, disconnection_s }) =>
          `${server}: client without service for ${disconnection_s === null ? 'good' : seconds(disconnection_s)}; function recovered ${seconds(recovery?.times.serverFunction_s)}, ` +
          `server recovered ${seconds(recovery?.times.target_s)} after the detection`,
      );
    case 'characteristics':
      return [
        `start ${seconds(record.startTime_s)}, restart ${seconds(record.restartTime_s)}, virtual server from nothing ` +
          `${seconds(record.virtualServerStart_s)}, from suspended ${seconds(activationOf(record).activation_s)}`,
      ];
  }
}

function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? 'never' : `${value.toFixed(2)} s`;
}
