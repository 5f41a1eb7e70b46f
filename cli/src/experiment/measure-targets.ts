import type { Recovery } from '../inspect/recoveries.ts';
import type { Detection, Return } from '../inspect/recovery-moments.ts';
import { type AccessAttempt, type Disconnection, summarizeAccess } from '../lab/client/access-log.ts';
import type { FaultDone, MeasuredTarget } from './run-record.ts';

/** A manager's clock may tell the same moment a little earlier than ours. */
const CLOCK_TOLERANCE_MS = 100;
/** Both managers hear at once that the one virtual server serves. */
const SHARED_MS = 1000;
/** A client on a busy machine notes an answer a little after it came. */
const CLIENT_TOLERANCE_MS = 250;
/** So long before the failure its client must have been served. */
const SERVED_BEFORE_MS = 5_000;

/** What was seen of a failure. */
export interface Seen {
  readonly faults: readonly FaultDone[];
  /** From all system logs since just before the fault. */
  readonly recoveries: readonly Recovery[];
  readonly detections: readonly Detection[];
  /** From all system logs, too. */
  readonly returns: readonly Return[];
  /** The attempts of one client for each server that failed. */
  readonly access: Readonly<Record<string, readonly AccessAttempt[]>>;
}

/**
 * The times of §5.2 for each server that failed. Where several managers recovered it, those of the one that served first count; they begin with the first
 * detection of the failure, also where the manager that detected it failed itself.
 */
export function measureTargets({ faults, recoveries, detections, returns, access }: Seen): readonly MeasuredTarget[] {
  return faults.map((fault) => {
    const { server, problem, at_ms } = fault;
    const [first, ...later] = disconnectionsOf(fault, access[server] ?? []);
    const recovery =
      sinceDetection(
        wholeRecovery(
          recoveriesOf(server, at_ms, recoveries),
          returns.filter(({ target }) => target === server),
        ),
        at_ms,
        detections,
      ) ?? null;
    return {
      server,
      problem,
      recovery,
      disconnection_s: first === undefined ? null : lengthOf(first),
      firstAnswer_s: firstAnswerOf(recovery, first),
      ...laterDisconnections(recovery, later),
    };
  });
}

/** While a virtual server serves its host may be too busy for it; that is not what the return of the server costs. */
function laterDisconnections(
  recovery: Recovery | null,
  later: readonly Disconnection[],
): Pick<MeasuredTarget, 'whileServed_s' | 'atReturn_s'> {
  const target_s = recovery?.times.target_s ?? null;
  const returned_ms = recovery === null || target_s === null ? Infinity : Date.parse(recovery.detected) + target_s * 1000;
  const isBefore = ({ to_ms }: Disconnection): boolean => (to_ms ?? Infinity) <= returned_ms;
  return { whileServed_s: sumOf(later.filter(isBefore)), atReturn_s: sumOf(later.filter((one) => !isBefore(one))) };
}

function sumOf(disconnections: readonly Disconnection[]): number | null {
  const lengths = disconnections.map(lengthOf);
  return lengths.includes(null) ? null : Math.round(lengths.reduce<number>((sum, one) => sum + (one ?? 0), 0) * 1000) / 1000;
}

/**
 * The disconnections of a client since a failure; the first is that of the failure (§5.2). It begins with the first XX after the failure. What ended before the
 * failure took effect was another one.
 */
export function disconnectionsOf(fault: FaultDone, attempts: readonly AccessAttempt[]): readonly Disconnection[] {
  const effect_ms = fault.cut_ms ?? fault.done_ms;
  const { disconnections } = summarizeAccess(attempts.filter(({ ended_ms }) => ended_ms > fault.at_ms));
  return disconnections.filter(({ to_ms }) => to_ms === null || to_ms > effect_ms + CLIENT_TOLERANCE_MS);
}

/** What went wrong beside what was done on purpose, in words. */
export function troublesIn(seen: Seen, targets: readonly MeasuredTarget[]): readonly string[] {
  return [...targets.flatMap((target) => troublesOfTarget(target, seen)), ...unplannedRecoveries(seen)];
}

function troublesOfTarget({ server, recovery }: MeasuredTarget, { faults, recoveries, access }: Seen): readonly string[] {
  const fault = faults.find((one) => one.server === server);
  if (fault === undefined) return [];
  const { at_ms } = fault;
  const attempts = access[server] ?? [];
  const own = withoutShared(recoveriesOf(server, at_ms, recoveries).filter(({ virtualServer }) => virtualServer !== null));
  const troubles: string[] = [];
  if (recovery === null) troubles.push(`no system log tells of a recovery of ${server}`);
  else if (recovery.outcome !== 'target recovered') troubles.push(`${server}: ${recovery.outcome}`);
  const wentAway = recovery !== null && faults.some((other) => other.server === recovery.manager);
  if (own.length > 1 && !wentAway)
    troubles.push(`${server} was recovered ${own.length} times: by ${own.map(({ manager }) => manager).join(', then by ')}`);
  if (summarizeAccess(attempts).disconnections.at(-1)?.to_ms === null) troubles.push(`the client of ${server} was not served at the end`);
  if (disconnectionsOf(fault, attempts).length === 0) troubles.push(`the client of ${server} did not feel the failure`);
  const before = attempts.filter(({ started_ms, ended_ms }) => ended_ms <= at_ms && started_ms >= at_ms - SERVED_BEFORE_MS);
  if (before.some(({ ok }) => !ok)) troubles.push(`the client of ${server} was not served all the time before the failure`);
  return troubles;
}

/** Two managers of which one is itself about to restart may have one virtual server made between them: that is one recovery (decision 0219). */
function withoutShared(recoveries: readonly Recovery[]): readonly Recovery[] {
  return recoveries.filter(
    (recovery, index) =>
      !recoveries
        .slice(0, index)
        .some(
          (other) => other.virtualServer === recovery.virtualServer && Math.abs(servedAt_ms(other) - servedAt_ms(recovery)) < SHARED_MS,
        ),
  );
}

function unplannedRecoveries({ faults, recoveries }: Seen): readonly string[] {
  return recoveries
    .filter(({ target }) => !faults.some(({ server }) => server === target))
    .map(({ target, manager, problem }) => `${target} was found failed (${problem} problem, by ${manager}), which it was not meant to be`);
}

function recoveriesOf(server: string, at_ms: number, recoveries: readonly Recovery[]): readonly Recovery[] {
  return recoveries.filter(({ target, detected }) => target === server && Date.parse(detected) >= at_ms - CLOCK_TOLERANCE_MS);
}

/**
 * The recovery that served first. Where its manager went away meanwhile, as one does whose own services were stopped, another took it up and returned the
 * server: that return is the one.
 */
function wholeRecovery(recoveries: readonly Recovery[], returns: readonly Return[]): Recovery | undefined {
  const served = recoveries.filter(({ times }) => times.serverFunction_s !== null);
  const [first] = served.toSorted((a, b) => servedAt_ms(a) - servedAt_ms(b));
  if (first === undefined) return recoveries[0];
  const detected_ms = Date.parse(first.detected);
  const returned = returns.find(({ time_ms }) => time_ms >= detected_ms);
  if (first.times.target_s !== null || returned === undefined) return first;
  const target_s = Math.round(returned.time_ms - detected_ms) / 1000;
  return { ...first, outcome: 'target recovered', times: { ...first.times, target_s } };
}

/** §5.2 counts from the time at which the problem is detected; the manager that recovered it may not be the first that detected it. */
function sinceDetection(recovery: Recovery | undefined, at_ms: number, detections: readonly Detection[]): Recovery | undefined {
  if (recovery === undefined) return undefined;
  const first = detections.find(({ target, time_ms }) => target === recovery.target && time_ms >= at_ms - CLOCK_TOLERANCE_MS);
  const earlier_ms = first === undefined ? 0 : Date.parse(recovery.detected) - first.time_ms;
  if (first === undefined || earlier_ms <= 0) return recovery;
  const { times } = recovery;
  const shifted = (time_s: number | null, by_ms: number): number | null =>
    time_s === null ? null : Math.round(time_s * 1000 + by_ms) / 1000;
  return {
    ...recovery,
    detected: new Date(first.time_ms).toISOString(),
    times: {
      ...times,
      faultToDetection_s: shifted(times.faultToDetection_s, -earlier_ms),
      serverFunction_s: shifted(times.serverFunction_s, earlier_ms),
      target_s: shifted(times.target_s, earlier_ms),
    },
  };
}

/** Unix time in milliseconds. */
function servedAt_ms({ detected, times }: Recovery): number {
  return Date.parse(detected) + (times.serverFunction_s ?? Infinity) * 1000;
}

/** Null where one of both did not come, or the client was served before: by the server itself. */
function firstAnswerOf(recovery: Recovery | null, disconnection: Disconnection | undefined): number | null {
  const answered_ms = disconnection?.to_ms ?? null;
  if (recovery === null || answered_ms === null) return null;
  const after_s = Math.round(answered_ms - servedAt_ms(recovery)) / 1000;
  return after_s >= 0 ? after_s : null;
}

function lengthOf({ from_ms, to_ms }: Disconnection): number | null {
  return to_ms === null ? null : (to_ms - from_ms) / 1000;
}
