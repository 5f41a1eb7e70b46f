import { measuredRecords } from '../inspect/log-records.ts';
import { findDetections, findRecoveries } from '../inspect/recoveries.ts';
import { measureTargets, type Seen, troublesIn } from './measure-targets.ts';
import type { FailureRecord, MeasuredTarget, RunRecord } from './run-record.ts';

/** What a run shows of a failure; all of it is in its record. */
export type Observed = Pick<FailureRecord, 'faults' | 'servers' | 'events' | 'log' | 'access'>;

/** The times of §5.2 for each server that failed in a run, from its logs. */
export function targetsOf(run: Observed): readonly MeasuredTarget[] {
  return measureTargets(seenIn(run));
}

/** All that went wrong in a run, in words: what its logs tell, and what was noted when it was made. */
export function troublesOfRun(record: RunRecord): readonly string[] {
  switch (record.kind) {
    case 'failure': {
      const seen = seenIn(record);
      return [...troublesIn(seen, measureTargets(seen)), ...record.troubles];
    }
    case 'characteristics':
      return record.troubles;
  }
}

function seenIn({ faults, servers, events, log, access }: Observed): Seen {
  const records = measuredRecords(log);
  return { faults, recoveries: findRecoveries(servers, records, events), detections: findDetections(servers, records), access };
}
