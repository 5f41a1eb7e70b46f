import type { Invariant, Violation } from './checkers/promise.ts';
import { type FaultKind, repairedAfter_ms, serverOf, type TimedFault } from './fault.ts';
import type { Scenario } from './scenario.ts';

/** What is not promised: an invariant, for the server that a fault of one of these kinds befalls, while it lasts and until its traces are gone. */
export interface Exemption {
  readonly kinds: readonly FaultKind[];
  readonly invariant: Invariant;
  /** Not only for the server that it befalls. */
  readonly ofAll?: boolean;
  /** For every server and to the end, but only where another fault of one of these kinds comes while it lasts. */
  readonly together?: readonly FaultKind[];
}

/** Until a server that was out of reach knows what happened meanwhile: heartbeats of two intervals, and what their answers set off. */
const TRACES_INTERVALS = 4;

export function isExempt(violation: Violation, { faults, timing }: Scenario, exemptions: readonly Exemption[]): boolean {
  const traces_ms = TRACES_INTERVALS * timing.interval_ms;
  return exemptions.some(({ kinds, invariant, ofAll = false, together }) => {
    if (invariant !== violation.invariant) return false;
    const ofKind = faults.filter(({ fault }) => kinds.includes(fault.kind));
    if (together === undefined)
      return ofKind.some((timed) => (ofAll || concerns(timed, violation)) && lasts(timed, violation.at_ms, traces_ms));
    return ofKind.some((timed) => faults.some(({ at_ms, fault }) => together.includes(fault.kind) && lasts(timed, at_ms, traces_ms)));
  });
}

/** A fault that befalls no server by name befalls all. */
function concerns({ fault }: TimedFault, { server }: Violation): boolean {
  const befallen = serverOf(fault);
  return befallen === undefined || server === undefined || befallen === server || ('other' in fault && fault.other === server);
}

function lasts({ at_ms, fault }: TimedFault, moment_ms: number, traces_ms: number): boolean {
  return moment_ms >= at_ms && moment_ms <= at_ms + repairedAfter_ms(fault) + traces_ms;
}
