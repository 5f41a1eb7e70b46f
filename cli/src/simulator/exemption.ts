import type { Invariant, Violation } from './checkers/promise.ts';
import { type FaultKind, repairedAfter_ms, serverOf, type TimedFault } from './fault.ts';
import type { Scenario } from './scenario.ts';

/** What is not promised: an invariant, for the server that a fault of one of these kinds befalls, while it lasts and until its traces are gone. */
export interface Exemption {
  readonly kinds: readonly FaultKind[];
  readonly invariant: Invariant;
  /** Not of that server alone: of every one. */
  readonly ofAll?: boolean;
}

/** Until a server that was out of reach knows what happened meanwhile: heartbeats of two intervals, and what their answers set off. */
const TRACES_INTERVALS = 4;

export function isExempt(violation: Violation, { faults, timing }: Scenario, exemptions: readonly Exemption[]): boolean {
  const traces_ms = TRACES_INTERVALS * timing.interval_ms;
  return exemptions.some(
    ({ kinds, invariant, ofAll = false }) =>
      invariant === violation.invariant &&
      faults.some(
        (timed) => kinds.includes(timed.fault.kind) && (ofAll || concerns(timed, violation)) && lasts(timed, violation, traces_ms),
      ),
  );
}

/** A fault that befalls no server by name befalls all. */
function concerns({ fault }: TimedFault, { server }: Violation): boolean {
  const befallen = serverOf(fault);
  return befallen === undefined || server === undefined || befallen === server || ('other' in fault && fault.other === server);
}

function lasts({ at_ms, fault }: TimedFault, violation: Violation, traces_ms: number): boolean {
  return violation.at_ms >= at_ms && violation.at_ms <= at_ms + repairedAfter_ms(fault) + traces_ms;
}
