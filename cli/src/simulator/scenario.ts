import type { MethodConfiguration } from '@dbss/agent/protocol/method/method.ts';
import type { LeaseTiming, NoQuorumPolicy } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { TimedFault } from './fault.ts';

/** What is to happen in a world, as data: the same scenario gives the same transcript. */
export interface Scenario {
  /** Of the chance that the world itself needs: delays, losses. */
  readonly seed: number;
  /** In ring order. */
  readonly names: readonly string[];
  readonly timing: TimingProfile;
  /** The longest further delay of a message while nothing disturbs them, in milliseconds. */
  readonly jitter_ms: number;
  /** Wall clocks against true time, by server. */
  readonly skew_ms: Readonly<Record<string, number>>;
  /** Servers with the most room, the first of them the most: where virtual servers are created first. */
  readonly preferredHosts?: readonly string[];
  /** How long a machine that was asked to restart goes on; as in the lab where it is not said. */
  readonly shutdown_ms?: number;
  /** There is a shared storage, which is looked at; the first server delivers mail to it. */
  readonly storage?: boolean;
  /** `ring` where it is not said. */
  readonly method?: MethodConfiguration;
  /** Where a majority is asked before an address is held; without it nobody is (`quorum: none`). */
  readonly majority?: MajorityOfScenario;
  /** In the order of their times. */
  readonly faults: readonly TimedFault[];
}

export interface MajorityOfScenario {
  readonly lease: LeaseTiming;
  /** Whether a witness votes with the servers. */
  readonly witness: boolean;
  readonly no_quorum: NoQuorumPolicy;
  /** How fast each machine's clocks run, where not at 1. */
  readonly clockRates: Readonly<Record<string, number>>;
}
