import { TIMING_PROFILES } from '../../../cli/src/inventory/timing-profiles.ts';
import type { Fault, TimedFault } from '../../../cli/src/simulator/fault.ts';
import type { Scenario } from '../../../cli/src/simulator/scenario.ts';

/** A scenario of section 4 with what it stands for. */
export interface Section4Scenario {
  /** Also the name of its transcript. */
  readonly name: string;
  /** Section or figure of the paper. */
  readonly of: string;
  /** What the paper says, or what an administrator expects where it is silent. */
  readonly promise: string;
  readonly scenario: Scenario;
}

/** The servers of Fig. 10 and 11. */
export const FIGURE_10 = ['s1', 's2', 's3', 's4', 's5', 's6'];
/** The servers of Fig. 13, in ring order. */
export const FIGURE_13 = ['mail', 'ftp', 'web1', 'web2', 'proxy', 'login'];

/** Faults in the profile `paper`; times in milliseconds from 5.00 s after the start of an interval. */
export function scenarioOf(faults: readonly TimedFault[], preferredHosts: readonly string[] = ['s6'], names = FIGURE_10): Scenario {
  return { seed: 1, names, timing: TIMING_PROFILES.paper, jitter_ms: 0, skew_ms: {}, preferredHosts, faults };
}

/** The plug of a server is pulled; with `for_ms` it cannot be started before that time is over. */
export function plug(server: string, at_ms = 0, for_ms?: number): TimedFault {
  return { at_ms, fault: { kind: 'power', server, for_ms } };
}

/** The service of a server is stopped. */
export function stopped(server: string, at_ms = 0): TimedFault {
  return { at_ms, fault: { kind: 'service', server, how: 'stopped', for_ms: 0 } };
}

export function at(at_ms: number, fault: Fault): TimedFault {
  return { at_ms, fault };
}
