import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import { measureTargets, type Seen } from '../../../cli/src/experiment/measure-targets.ts';
import type { ServerLogLine } from '../../../cli/src/experiment/run-record.ts';
import { troublesIn } from '../../../cli/src/experiment/troubles-in-run.ts';
import { measuredRecords } from '../../../cli/src/inspect/log-records.ts';
import { findRecoveries } from '../../../cli/src/inspect/recoveries.ts';
import { findDetections, findReturns, findServices } from '../../../cli/src/inspect/recovery-moments.ts';
import { attempts, FAULT_MS, logged, recoveryLog, SERVERS } from './made-record.ts';

/** What is seen of a failure of ftp at the moment of Fig. 14, from these lines. */
export function seen(log: readonly ServerLogLine[], changes: Partial<Seen> = {}): Seen {
  return {
    faults: [{ server: 'ftp', problem: 'Nt', at_ms: FAULT_MS, cut_ms: FAULT_MS, done_ms: FAULT_MS }],
    recoveries: findRecoveries(SERVERS, measuredRecords(log), [{ time_ms: FAULT_MS, machine: 'ftp', action: 'power-off' }]),
    detections: findDetections(SERVERS, measuredRecords(log)),
    returns: findReturns(SERVERS, measuredRecords(log)),
    services: findServices(SERVERS, measuredRecords(log)),
    access: { ftp: attempts(1.36, 12.9) },
    ...changes,
  };
}

export function troubles(one: Seen): readonly string[] {
  return troublesIn(one, measureTargets(one));
}

/** Both servers fail, and ftp, which restarts itself, recovers web1. */
export function bothFailed(log: readonly ServerLogLine[], web1: Seen['access'][string]): Seen {
  return seen([...recoveryLog('ftp', 'mail'), ...log], {
    faults: ['ftp', 'web1'].map((server) => ({ server, problem: 'St', at_ms: FAULT_MS, cut_ms: null, done_ms: FAULT_MS })),
    access: { ftp: attempts(1.36, 12.9), web1 },
  });
}

/** What a client lacks besides, in seconds after the fault. */
export function lacking(from_s: number, to_s: number): Seen['access'][string] {
  return attempts(1.36, 12.9).map((one) => {
    const started_s = (one.started_ms - FAULT_MS) / 1000;
    return started_s >= from_s && started_s < to_s ? { ...one, ok: false } : one;
  });
}

export const RESTARTING = 'DBSS_web1_ftp';
/** web1b runs on ftp, which restarts: the function is found lost, and recovered on mail when web1 is about to return. */
export const LOST_WITH_ITS_HOST = [
  logged('ftp', 7.26, logLines.serviceProblemDetected(RESTARTING, 30, 'apache2')),
  logged('ftp', 9.34, logLines.serviceProblemReexamined(RESTARTING)),
  logged('ftp', 9.41, logLines.creationStarted(RESTARTING, 'web1b', 'ftp', 89.5)),
  logged('ftp', 11.16, logLines.creationCompleted(RESTARTING, 'web1b', 'ftp', 60, 950)),
  logged('ftp', 11.31, logLines.functionRecovered(RESTARTING, 'web1b', 'ftp', '198.18.0.113')),
  logged('ftp', 28.04, logLines.serviceProblemDetected(RESTARTING, 3030, 'apache2')),
  logged('ftp', 32.08, logLines.serviceProblemReexamined(RESTARTING)),
  logged('ftp', 32.1, logLines.creationStarted(RESTARTING, 'web1b', 'mail', 71.83)),
  logged('ftp', 33.21, logLines.creationCompleted(RESTARTING, 'web1b', 'mail', 40, 1040)),
  logged('ftp', 33.46, logLines.functionRecovered(RESTARTING, 'web1b', 'mail', '198.18.0.113')),
  logged('ftp', 33.72, logLines.targetRecovered(RESTARTING, '198.18.0.113', 'web1')),
];
