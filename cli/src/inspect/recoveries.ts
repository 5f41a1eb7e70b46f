import type { LabEvent } from '../lab/lab-events.ts';
import type { LogRecord } from './log-records.ts';
import { episodes, isLeftToAnother, isUnconfirmed, recordsOf } from './recovery-episodes.ts';
import { findReturns, type Return } from './recovery-moments.ts';

/** Durations of one recovery in seconds; null where the log does not say (not yet, or never). */
export interface RecoveryTimes {
  /** From the fault, as the lab recorded it, to its detection. */
  readonly faultToDetection_s: number | null;
  /** How long the examination took that detected the problem. */
  readonly detection_s: number | null;
  /** Null also where the manager took up again what another one had begun. */
  readonly reexamination_s: number | null;
  /** From the reexamination, or from where the recovery was taken up again, to the beginning of the creation: files edited, host selected. */
  readonly selection_s: number | null;
  readonly resume_s: number | null;
  readonly installation_s: number | null;
  readonly address_s: number | null;
  /** Recovery time of the server function: from detection to service (Table 2). */
  readonly serverFunction_s: number | null;
  /** Recovery time of the target server: from detection to its address back (Table 2). */
  readonly target_s: number | null;
}

/** One failure of one target server, read from its manager's system log; its return, where another manager ended it, from that one's. */
export interface Recovery {
  readonly target: string;
  readonly manager: string;
  readonly problem: 'network' | 'service';
  /** When the problem was detected, ISO 8601. */
  readonly detected: string;
  /** `ftpb@web2`; null while none was created. */
  readonly virtualServer: string | null;
  readonly outcome: 'under way' | 'function recovered' | 'target recovered' | 'target not recovered';
  readonly times: RecoveryTimes;
}

/** A fault counts for a detection that comes at most this much later. */
const LONGEST_DETECTION_MS = 120_000;
const SELECTION_BEGINS: readonly LogRecord['kind'][] = ['networkProblemReexamined', 'serviceProblemReexamined', 'recoveryResumed'];
const FAULTS: readonly LabEvent['action'][] = ['power-off', 'service-link-down', 'freeze', 'services-stopped'];

/**
 * Recoveries in the order of their detection.
 *
 * @param servers names of the ring's servers, to tell target and manager in a DBSS's name apart
 * @param records of all system logs
 * @param events of the lab; empty where there is none
 */
export function findRecoveries(
  servers: readonly string[],
  records: readonly LogRecord[],
  events: readonly LabEvent[],
): readonly Recovery[] {
  const recoveries: Recovery[] = [];
  for (const manager of servers) {
    for (const target of servers) {
      const own = recordsOf(records, target, manager);
      recoveries.push(...episodes(own).flatMap((episode) => recoveryOf(target, manager, episode, events)));
    }
  }
  recoveries.sort((a, b) => a.detected.localeCompare(b.detected));
  const returns = findReturns(servers, records);
  return recoveries.map((recovery, index) => endedByAnother(recovery, returns, recoveries.slice(index + 1).find(isNextOf(recovery))));
}

/** Whether a later recovery is of the target's next failure: two managers may detect one failure, until its function is recovered. */
function isNextOf(recovery: Recovery): (later: Recovery) => boolean {
  const { serverFunction_s } = recovery.times;
  const over_ms = Date.parse(recovery.detected) + (serverFunction_s === null ? LONGEST_DETECTION_MS : serverFunction_s * 1000);
  return ({ target, manager, detected }) =>
    target === recovery.target && detected > recovery.detected && (manager === recovery.manager || Date.parse(detected) > over_ms);
}

/** A manager that fails itself while it recovers its target leaves the return to the one that takes the recovery up again. */
function endedByAnother(recovery: Recovery, returns: readonly Return[], next: Recovery | undefined): Recovery {
  if (recovery.outcome === 'target recovered') return recovery;
  const detected_ms = Date.parse(recovery.detected);
  const end_ms = next === undefined ? Infinity : Date.parse(next.detected);
  const ended = returns.find(({ target, time_ms }) => target === recovery.target && time_ms > detected_ms && time_ms <= end_ms);
  if (ended === undefined) return recovery;
  return { ...recovery, outcome: 'target recovered', times: { ...recovery.times, target_s: between({ time_ms: detected_ms }, ended) } };
}

/**
 * None when the reexamination found the target normal, or when the recovery was left to another manager, in whose log it stands. Who takes up again, after its own
 * detection, what another manager had begun does not reexamine.
 */
function recoveryOf(target: string, manager: string, episode: readonly LogRecord[], events: readonly LabEvent[]): readonly Recovery[] {
  const [detected] = episode;
  const first = (...kinds: readonly LogRecord['kind'][]): LogRecord | undefined => episode.find((record) => kinds.includes(record.kind));
  if (detected === undefined || isUnconfirmed(episode) || isLeftToAnother(episode) || first('verdictTooOld') !== undefined) return [];
  const creationStarted = first('creationStarted');
  const reexamined = first('networkProblemReexamined', 'serviceProblemReexamined');
  const selecting = episode.findLast(
    ({ kind, time_ms }) => SELECTION_BEGINS.includes(kind) && time_ms <= (creationStarted?.time_ms ?? -Infinity),
  );
  const completed = episode.findLast((record) => record.kind === 'creationCompleted');
  const recovered = first('functionRecovered');
  // A virtual server whose host fails is created once more: the times are those of the one that served first.
  const served = episode.findLast(({ kind, time_ms }) => kind === 'creationCompleted' && time_ms <= (recovered?.time_ms ?? Infinity));
  const targetRecovered = first('targetRecovered');
  const fault = events.findLast(
    (event) =>
      event.machine === target &&
      FAULTS.includes(event.action) &&
      event.time_ms <= detected.time_ms &&
      detected.time_ms - event.time_ms <= LONGEST_DETECTION_MS,
  );
  return [
    {
      target,
      manager,
      problem: detected.kind === 'networkProblemDetected' ? 'network' : 'service',
      detected: new Date(detected.time_ms).toISOString(),
      virtualServer: completed === undefined ? null : `${completed.fields[0] ?? ''}@${completed.fields[1] ?? ''}`,
      outcome: outcomeOf(recovered, targetRecovered, first('notRecovered')),
      times: {
        faultToDetection_s: between(fault, detected),
        detection_s: field(detected, 0),
        reexamination_s: between(detected, reexamined),
        selection_s: between(selecting, creationStarted),
        resume_s: field(served, 2),
        installation_s: field(served, 3),
        address_s: between(served, recovered),
        serverFunction_s: between(detected, recovered),
        target_s: between(detected, targetRecovered),
      },
    },
  ];
}

function outcomeOf(
  recovered: LogRecord | undefined,
  targetRecovered: LogRecord | undefined,
  gaveUp: LogRecord | undefined,
): Recovery['outcome'] {
  if (targetRecovered !== undefined) return 'target recovered';
  if (gaveUp !== undefined) return 'target not recovered';
  return recovered === undefined ? 'under way' : 'function recovered';
}

function between(from: { readonly time_ms: number } | undefined, to: { readonly time_ms: number } | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.round(to.time_ms - from.time_ms) / 1000;
}

function field(record: LogRecord | undefined, index: number): number | null {
  const text = record?.fields[index];
  return text === undefined ? null : Number(text);
}

/** Median of each duration over the recoveries that have it. */
export function medianTimes(recoveries: readonly Recovery[]): RecoveryTimes {
  const median = (of: keyof RecoveryTimes): number | null => {
    const values = recoveries.flatMap((recovery) => recovery.times[of] ?? []).sort((a, b) => a - b);
    const [low, high] = [values[Math.floor((values.length - 1) / 2)], values[Math.floor(values.length / 2)]];
    return low === undefined || high === undefined ? null : Math.round((low + high) * 500) / 1000;
  };
  return {
    faultToDetection_s: median('faultToDetection_s'),
    detection_s: median('detection_s'),
    reexamination_s: median('reexamination_s'),
    selection_s: median('selection_s'),
    resume_s: median('resume_s'),
    installation_s: median('installation_s'),
    address_s: median('address_s'),
    serverFunction_s: median('serverFunction_s'),
    target_s: median('target_s'),
  };
}
