import { dbssName } from '@dbss/agent/protocol/dbss/dbss-state.ts';
import type { LabEvent } from '../lab/lab-events.ts';
import type { LogRecord } from './log-records.ts';

/** Durations of one recovery in seconds; null where the log does not say (not yet, or never). */
export interface RecoveryTimes {
  /** From the fault, as the lab recorded it, to its detection. */
  readonly faultToDetection_s: number | null;
  /** How long the examination took that detected the problem. */
  readonly detection_s: number | null;
  readonly reexamination_s: number | null;
  /** From the reexamination to the beginning of the creation: files edited, host selected. */
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
  return recoveries.map((recovery, index) => {
    const next = recoveries.find(
      ({ target, detected }, later) => later > index && target === recovery.target && detected > recovery.detected,
    );
    return endedByAnother(recovery, returns, next);
  });
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

/** A manager's detection of a problem at its target server. */
export interface Detection {
  readonly target: string;
  readonly manager: string;
  /** Unix time in milliseconds. */
  readonly time_ms: number;
}

/**
 * Detections by managers that did not leave the recovery to another one, in the order of time. Those of a manager that failed before it recovered anything
 * are among them.
 *
 * @param servers names of the ring's servers
 * @param records of all system logs
 */
export function findDetections(servers: readonly string[], records: readonly LogRecord[]): readonly Detection[] {
  const detections = servers.flatMap((manager) =>
    servers.flatMap((target) =>
      episodes(recordsOf(records, target, manager)).flatMap((episode): readonly Detection[] => {
        const [detected] = episode;
        return detected === undefined || isLeftToAnother(episode) ? [] : [{ target, manager, time_ms: detected.time_ms }];
      }),
    ),
  );
  return detections.sort((a, b) => a.time_ms - b.time_ms);
}

/** A target server's return, by whichever manager. */
export interface Return {
  readonly target: string;
  /** Unix time in milliseconds. */
  readonly time_ms: number;
}

/**
 * Returns of target servers in the order of time. Those by a manager that detected nothing itself, or had left the recovery to another one at first, are among
 * them.
 *
 * @param servers names of the ring's servers
 * @param records of all system logs
 */
export function findReturns(servers: readonly string[], records: readonly LogRecord[]): readonly Return[] {
  const returns = servers.flatMap((manager) =>
    servers.flatMap((target) =>
      recordsOf(records, target, manager).flatMap(({ kind, time_ms }) => (kind === 'targetRecovered' ? [{ target, time_ms }] : [])),
    ),
  );
  return returns.sort((a, b) => a.time_ms - b.time_ms);
}

function recordsOf(records: readonly LogRecord[], target: string, manager: string): readonly LogRecord[] {
  const name = dbssName(target, manager);
  return records.filter((record) => record.dbss === name).sort((a, b) => a.time_ms - b.time_ms);
}

/** With priority 2 a manager only waits, unless it acts in the place of the other manager in the end: the virtual server may have served already. */
function isLeftToAnother(episode: readonly LogRecord[]): boolean {
  const has = (kind: LogRecord['kind']): boolean => episode.some((record) => record.kind === kind);
  return has('leftToManager') || (has('awaitsFirstManager') && !has('functionRecovered') && !has('targetRecovered'));
}

/** Each detection begins a new episode. */
function episodes(records: readonly LogRecord[]): readonly (readonly LogRecord[])[] {
  const found: LogRecord[][] = [];
  for (const record of records) {
    if (isDetection(record)) found.push([record]);
    else found.at(-1)?.push(record);
  }
  return found;
}

function isDetection(record: LogRecord): boolean {
  return record.kind === 'networkProblemDetected' || record.kind === 'serviceProblemDetected';
}

/** None when the reexamination found the target normal, or when the recovery was left to another manager, in whose log it stands. */
function recoveryOf(target: string, manager: string, episode: readonly LogRecord[], events: readonly LabEvent[]): readonly Recovery[] {
  const [detected] = episode;
  const first = (...kinds: readonly LogRecord['kind'][]): LogRecord | undefined => episode.find((record) => kinds.includes(record.kind));
  const reexamined = first('networkProblemReexamined', 'serviceProblemReexamined');
  if (detected === undefined || reexamined === undefined || isLeftToAnother(episode) || first('verdictTooOld') !== undefined) return [];
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
        selection_s: between(reexamined, first('creationStarted')),
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
