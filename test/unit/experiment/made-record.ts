import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import type { AccessAttempt } from '../../../cli/src/lab/client/access-log.ts';
import type { Problem } from '../../../cli/src/experiment/experiments.ts';
import type { RunConditions } from '../../../cli/src/experiment/run-conditions.ts';
import type { FailureRecord, FaultDone, ServerLogLine } from '../../../cli/src/experiment/run-record.ts';

export const SERVERS = ['mail', 'ftp', 'web1', 'web2', 'proxy', 'login'];
/** The problem of Fig. 14. */
export const FAULT_MS = Date.parse('2022-03-18T13:43:05Z');

export const CONDITIONS: RunConditions = {
  ...{ commit: 'c0ffee', kernel: '6.1.0', memory_gib: 16, boot: 'b1', accelerator: 'kvm' },
  ...{ processor: 'family 25, model 17', qemu_version: '7.2.22', image: 'feed' },
};

/** A line of a server's log, so many seconds after the fault. */
export function logged(server: string, at_s: number, text: string, background = false): ServerLogLine {
  return { server, time_ms: FAULT_MS + Math.round(at_s * 1000), text, background };
}

/** The recovery of Fig. 14, of any server by any manager. */
export function recoveryLog(target: string, manager: string, late_s = 0): readonly ServerLogLine[] {
  const dbss = `DBSS_${target}_${manager}`;
  const line = (at_s: number, text: string, background = false): ServerLogLine => logged(manager, at_s + late_s, text, background);
  const virtualServer = `${target}b`;
  return [
    line(7.26, logLines.networkProblemDetected(dbss, 2000)),
    line(9.34, logLines.networkProblemReexamined(dbss)),
    line(9.36, logLines.recoveryJobStarted(dbss), true),
    line(9.41, logLines.creationStarted(dbss, virtualServer, 'web2', 96.27)),
    line(11.16, logLines.creationCompleted(dbss, virtualServer, 'web2', 520, 1230)),
    line(11.31, logLines.functionRecovered(dbss, virtualServer, 'web2', '198.18.0.112')),
    line(59.77, logLines.stopCondition(dbss), true),
    line(88.12, logLines.startedNormally(dbss), true),
    line(88.92, logLines.targetRecovered(dbss, '198.18.0.112', target)),
    line(89.55, logLines.filesSent(dbss, target)),
    line(90.14, logLines.flagSent(dbss, target)),
  ];
}

/** One attempt a second from 5 s before the fault: those that begin in the disconnection fail after a second, the first after it is served at its end. */
export function attempts(from_s: number, to_s: number): readonly AccessAttempt[] {
  return Array.from({ length: 100 }, (_, index): AccessAttempt => {
    const started_s = index - 5 + (from_s % 1);
    const started_ms = FAULT_MS + Math.round(started_s * 1000);
    if (started_s >= from_s - 1e-9 && started_s + 1 <= to_s)
      return { started_ms, ended_ms: started_ms + 1000, ok: false, problem: 'no answer in time' };
    if (started_s >= from_s - 1e-9 && started_s <= to_s) return { started_ms, ended_ms: FAULT_MS + Math.round(to_s * 1000), ok: true };
    return { started_ms, ended_ms: started_ms + 40, ok: true };
  });
}

/** A run in which these servers failed; each has its own log and access log. */
export function failureRecord(
  targets: readonly {
    readonly server: string;
    readonly problem?: Problem;
    readonly manager?: string;
    readonly late_s?: number;
    readonly back_s?: number;
  }[],
  changes: Partial<FailureRecord> = {},
): FailureRecord {
  const faults: readonly FaultDone[] = targets.map(({ server, problem = 'Nt' }) => ({
    server,
    problem,
    at_ms: FAULT_MS,
    cut_ms: problem === 'Nt' ? FAULT_MS : null,
    done_ms: FAULT_MS,
  }));
  const log = targets.flatMap(({ server, manager = 'mail', late_s = 0 }) => recoveryLog(server, manager, late_s));
  const access = Object.fromEntries(targets.map(({ server, back_s = 12.9 }) => [server, attempts(1.36, back_s)]));
  return {
    format: 2,
    kind: 'failure',
    case: 'Nt',
    method: 'ring',
    index: 1,
    begun: '2022-03-18T13:42:00.000Z',
    duration_s: 150,
    planned_ms: 5000,
    faults,
    conditions: CONDITIONS,
    servers: SERVERS,
    events: [],
    troubles: [],
    void: null,
    log,
    access,
    load: [],
    ...changes,
  };
}
