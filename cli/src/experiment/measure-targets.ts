import type { Recovery } from '../inspect/recoveries.ts';
import type { Detection, Return, Service } from '../inspect/recovery-moments.ts';
import { type AccessAttempt, type Disconnection, summarizeAccess } from '../lab/client/access-log.ts';
import type { FaultDone, MeasuredTarget } from './run-record.ts';

/** A manager's clock may tell the same moment a little earlier than ours. */
const CLOCK_TOLERANCE_MS = 100;
/** Both managers hear at once that the one virtual server serves. */
const SHARED_MS = 1000;
/** A client on a busy machine notes an answer a little after it came. */
const CLIENT_TOLERANCE_MS = 250;
/** What was seen of a failure. */
export interface Seen {
  readonly faults: readonly FaultDone[];
  /** From all system logs since just before the fault. */
  readonly recoveries: readonly Recovery[];
  readonly detections: readonly Detection[];
  /** From all system logs, too. */
  readonly returns: readonly Return[];
  readonly services: readonly Service[];
  /** The attempts of one client for each server that failed. */
  readonly access: Readonly<Record<string, readonly AccessAttempt[]>>;
}

/**
 * The times of §5.2 for each server that failed. Where several managers recovered it, those of the one that served first count; they begin with the first
 * detection of the failure, also where the manager that detected it failed itself.
 */
export function measureTargets(seen: Seen): readonly MeasuredTarget[] {
  const { faults, recoveries, detections, returns, access } = seen;
  return faults.map((fault) => {
    const { server, problem, at_ms } = fault;
    const services = servicesOf(fault, seen);
    const [first, ...later] = disconnectionsOf(fault, access[server] ?? []);
    const recovery =
      sinceDetection(
        wholeRecovery(
          recoveriesOf(server, at_ms, recoveries),
          returns.filter(({ target }) => target === server),
          services,
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
      ...laterDisconnections(recovery, later, services.slice(1)),
    };
  });
}

/**
 * While a virtual server serves its host may be too busy for it, or fail; that is not what the return of the server costs, even if the client is served again only
 * by the server itself: one that lacks what has to be recovered once more lacks the virtual server.
 *
 * @param again when the function was recovered once more
 */
function laterDisconnections(
  recovery: Recovery | null,
  later: readonly Disconnection[],
  again: readonly Service[],
): Pick<MeasuredTarget, 'whileServed_s' | 'atReturn_s'> {
  const target_s = recovery?.times.target_s ?? null;
  const returned_ms = recovery === null || target_s === null ? Infinity : Date.parse(recovery.detected) + target_s * 1000;
  const isBefore = ({ from_ms, to_ms }: Disconnection): boolean =>
    to_ms !== null
      ? to_ms <= returned_ms || again.some(({ time_ms }) => from_ms < time_ms && time_ms <= Math.min(to_ms, returned_ms))
      : returned_ms === Infinity;
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

/**
 * The virtual servers that served for a server since it failed, in the order of time. What one manager hands over to another one, or takes up again itself, is one
 * (decisions 0219, 0323): one virtual server, of two managers that hear of it at once or of which the first is itself a server that failed, or of one that has
 * not detected the problem anew.
 */
export function servicesOf({ server, at_ms }: FaultDone, { faults, services }: Pick<Seen, 'faults' | 'services'>): readonly Service[] {
  const own = services.filter(({ target, time_ms }) => target === server && time_ms >= at_ms - CLOCK_TOLERANCE_MS);
  const isHandedOver = (before: Service, { manager, virtualServer, detected_ms, time_ms }: Service): boolean => {
    if (virtualServer !== before.virtualServer) return false;
    if (manager === before.manager) return (detected_ms ?? 0) <= before.time_ms;
    return time_ms - before.time_ms < SHARED_MS || faults.some((other) => other.server === before.manager);
  };
  return own.filter((service, index) => {
    const before = own[index - 1];
    return before === undefined || !isHandedOver(before, service);
  });
}

/** Recoveries of a server since it failed. */
export function recoveriesOf(server: string, at_ms: number, recoveries: readonly Recovery[]): readonly Recovery[] {
  return recoveries.filter(({ target, detected }) => target === server && Date.parse(detected) >= at_ms - CLOCK_TOLERANCE_MS);
}

/**
 * The recovery that served first. Where its manager went away meanwhile, as one does whose own services were stopped, another took it up and returned the
 * server: that return is the one. So is that service where none that detected the problem recovered the function.
 */
function wholeRecovery(recoveries: readonly Recovery[], returns: readonly Return[], services: readonly Service[]): Recovery | undefined {
  const served = recoveries.filter(({ times }) => times.serverFunction_s !== null);
  const [first] = served.toSorted((a, b) => servedAt_ms(a) - servedAt_ms(b));
  const begun = first ?? takenUp(recoveries[0], services);
  if (begun === undefined) return undefined;
  const detected_ms = Date.parse(begun.detected);
  const returned = returns.find(({ time_ms }) => time_ms >= detected_ms);
  if (begun.times.target_s !== null || returned === undefined) return begun;
  return { ...begun, outcome: 'target recovered', times: { ...begun.times, target_s: secondsBetween(detected_ms, returned.time_ms) } };
}

/** The function was recovered by a manager that had not detected the problem itself: of its creation no detection is the beginning. */
function takenUp(recovery: Recovery | undefined, services: readonly Service[]): Recovery | undefined {
  if (recovery === undefined) return undefined;
  const detected_ms = Date.parse(recovery.detected);
  const service = services.find(({ time_ms }) => time_ms >= detected_ms);
  if (service === undefined) return recovery;
  const { manager, virtualServer, time_ms } = service;
  const outcome = recovery.outcome === 'under way' ? 'function recovered' : recovery.outcome;
  const serverFunction_s = secondsBetween(detected_ms, time_ms);
  const unknown = { selection_s: null, resume_s: null, installation_s: null, address_s: null };
  return { ...recovery, manager, virtualServer, outcome, times: { ...recovery.times, ...unknown, serverFunction_s } };
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

function secondsBetween(from_ms: number, to_ms: number): number {
  return Math.round(to_ms - from_ms) / 1000;
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
