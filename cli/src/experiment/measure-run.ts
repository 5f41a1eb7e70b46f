import { measuredRecords } from '../inspect/log-records.ts';
import { findRecoveries } from '../inspect/recoveries.ts';
import { findDetections, findReturns, findServices } from '../inspect/recovery-moments.ts';
import { measureTargets, type Seen } from './measure-targets.ts';
import type { CharacteristicsRecord, FailureRecord, MeasuredTarget, RunRecord } from './run-record.ts';
import { troublesIn } from './troubles-in-run.ts';

/** What a run shows of a failure; all of it is in its record. */
export type Observed = Pick<FailureRecord, 'faults' | 'servers' | 'events' | 'log' | 'access'>;

/** The times of §5.2 for each server that failed in a run, from its logs. */
export function targetsOf(run: Observed): readonly MeasuredTarget[] {
  return measureTargets(seenIn(run));
}

/** What Table 1 has of a recovery, in seconds; null for what no log tells. */
export interface Activation {
  /** Of the suspended standby: resume alone, and with the installation procedure applied. */
  readonly resume_s: number | null;
  readonly activation_s: number | null;
  /** Network examination of a server that is off; undefined where the failure was found otherwise. */
  readonly networkExamination_s: number | null | undefined;
}

/** The part of Table 1 that the system logs of a run tell. */
export function activationOf(run: Pick<CharacteristicsRecord, 'server' | 'servers' | 'log'>): Activation {
  const recovery = findRecoveries(run.servers, measuredRecords(run.log), []).find(({ target }) => target === run.server);
  const { resume_s = null, installation_s = null, detection_s = null } = recovery?.times ?? {};
  return {
    resume_s,
    activation_s: resume_s === null || installation_s === null ? null : Math.round((resume_s + installation_s) * 1000) / 1000,
    networkExamination_s: recovery?.problem === 'service' ? undefined : detection_s,
  };
}

/** All that went wrong in a run, in words: what its logs tell, and what was noted when it was made. */
export function troublesOfRun(record: RunRecord): readonly string[] {
  switch (record.kind) {
    case 'failure': {
      const seen = seenIn(record);
      return [...troublesIn(seen, measureTargets(seen)), ...record.troubles];
    }
    case 'characteristics':
      return [
        ...(activationOf(record).activation_s === null ? [`no system log tells of a virtual server of ${record.server}`] : []),
        ...record.troubles,
      ];
  }
}

function seenIn({ faults, servers, events, log, access }: Observed): Seen {
  const records = measuredRecords(log);
  return {
    faults,
    recoveries: findRecoveries(servers, records, events),
    detections: findDetections(servers, records),
    returns: findReturns(servers, records),
    services: findServices(servers, records),
    access,
  };
}
