import type { PlannedFault } from './experiments.ts';
import type { FaultDone, MeasuredTarget } from './run-record.ts';
import type { NotRead } from './read-each.ts';

/** A failure that takes effect later than this after its moment was not placed there. */
const MISPLACED_MS = 250;
/** Services that take longer to stop were not down when they were to be. */
const SLOWEST_STOP_MS = 3_000;

export interface DoneRun {
  readonly planned: readonly PlannedFault[];
  /** Unix time in milliseconds at which the servers were to fail. */
  readonly due_ms: number;
  readonly faults: readonly FaultDone[];
  /** Faults that could not be done, in words. */
  readonly failed: readonly string[];
  readonly targets: readonly MeasuredTarget[];
  readonly notRead: readonly NotRead[];
  /** Servers whose client's program broke. */
  readonly brokenClients: readonly string[];
}

/**
 * Why a run measures nothing, in words; null when it counts. It counts whatever the ring made of the failure: only a failure that was another one than planned, or
 * something that could not be observed, is no measurement (decision 0431).
 */
export function whyVoid(run: DoneRun): string | null {
  const reasons = [...run.failed, ...misplaced(run), ...untold(run), ...unobserved(run)];
  return reasons.length === 0 ? null : reasons.join(', ');
}

/** A machine that was too busy to act in time measures something else. */
function misplaced({ faults, due_ms }: DoneRun): readonly string[] {
  return faults.flatMap(({ server, at_ms, cut_ms, done_ms }) => {
    const effect_ms = cut_ms ?? at_ms;
    const late = Math.abs(at_ms - due_ms) > MISPLACED_MS || effect_ms - due_ms > MISPLACED_MS;
    if (late) return [`${server} failed ${((effect_ms - due_ms) / 1000).toFixed(2)} s after the planned moment`];
    const took_ms = done_ms - at_ms;
    return cut_ms === null && took_ms > SLOWEST_STOP_MS ? [`the services of ${server} took ${(took_ms / 1000).toFixed(2)} s to stop`] : [];
  });
}

/**
 * A time that no log tells may stand in a log that could not be read. The log of the server itself, or of another one whose plug was pulled, is none that could
 * tell it: a server that never came back would make its own run void.
 */
function untold({ planned, targets, notRead }: DoneRun): readonly string[] {
  return targets.flatMap(({ server, recovery }) => {
    if (recovery !== null && recovery.times.serverFunction_s !== null && recovery.times.target_s !== null) return [];
    const unplugged = planned.filter(({ problem }) => problem === 'Nt').map((fault) => fault.server);
    return notRead
      .filter((one) => one.server !== server && !unplugged.includes(one.server))
      .map((one) => `what became of ${server} is not known: the log of ${one.server} cannot be read`);
  });
}

function unobserved({ targets, brokenClients }: DoneRun): readonly string[] {
  return targets
    .filter(({ server, disconnection_s }) => disconnection_s === null && brokenClients.includes(server))
    .map(({ server }) => `the client of ${server} broke before it was served again`);
}
