import { longestPause_ms } from '@dbss/agent/protocol/dbss/host-pause.ts';
import type { LeaseTiming } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { Durations } from '../durations.ts';

/** How long what is promised may take in a ring, in milliseconds. */
export interface Bounds {
  readonly interval_ms: number;
  /** Two intervals, and what a message takes. */
  readonly settled_ms: number;
  /** From a finding to the verdict: two examinations, and a pause between those of a service. */
  readonly verdict_ms: number;
  /** From a failure to the service of a virtual server. */
  readonly recovered_ms: number;
  /** So much longer where a hypervisor fails: a host that hangs is given up when its time for the creation is over, and another one begins. */
  readonly hungHost_ms: number;
  /** So much longer at most where every host has failed: they are left out for as long again as that has lasted. */
  readonly leftOut_ms: number;
  /** From the last repair to a ring as it was generated. */
  readonly returned_ms: number;
}

/**
 * The bounds of a profile, with the durations of the machines that it runs on.
 * @param lease where a majority is asked
 * @param chained how many failures may have to be found one after another: in the P2P method a manager examines the next target after the verdict on the one before
 */
export function boundsOf(timing: TimingProfile, durations: Durations, lease: LeaseTiming | undefined, chained: number): Bounds {
  const { interval_ms, network_examination_ms, service_examination_ms, poll_ms, answer_ms, restart_wait_ms, virtual_server_creation_ms } =
    timing;
  const verdict_ms = 2 * Math.max(network_examination_ms, service_examination_ms) + poll_ms + answer_ms;
  // Voters that have just started refuse for so long, and a claim that finds no majority is made again after as long once more.
  const lease_ms = lease === undefined ? 0 : 2 * lease.long_lease_ms + 4 * lease.lease_ms;
  const creation_ms = durations.resume + durations.installation + durations.address;
  return {
    interval_ms,
    settled_ms: 2 * interval_ms + answer_ms,
    verdict_ms,
    // The failure is found in the next interval; where that is disturbed or a manager died as well, in the one after it.
    recovered_ms: 2 * interval_ms + (1 + chained) * verdict_ms + 3 * answer_ms + creation_ms + lease_ms,
    hungHost_ms: virtual_server_creation_ms + answer_ms,
    leftOut_ms: longestPause_ms(interval_ms),
    returned_ms: 2 * restart_wait_ms + 12 * interval_ms + durations.boot + 60_000 + 2 * lease_ms,
  };
}
