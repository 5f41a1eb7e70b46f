import type { LeaseTiming } from '@dbss/agent/protocol/ring/ownership-configuration.ts';

/**
 * Clocks as they are set up (the role `clock`): chrony slews at most 0.1 %, and a crystal adds less than that. The kernel's timers tick a
 * hundred times a second or more often.
 */
const CLOCKS = { clock_error: 0.002, kernel_guard_ms: 10 } as const;

/**
 * Leases of `dbss_profile`; decision 0312 says why these. A dead server's address is free after `lease_ms` and a little, so a lease is as long
 * as the detection of the failure hides it, and `renewal_ms` lets a holder be late by three quarters of it.
 */
export const LEASE_PROFILES: Readonly<Record<'paper' | 'fast' | 'wan', LeaseTiming>> = {
  paper: { lease_ms: 2_000, long_lease_ms: 5_000, renewal_ms: 500, ...CLOCKS },
  fast: { lease_ms: 200, long_lease_ms: 3_000, renewal_ms: 50, ...CLOCKS },
  wan: { lease_ms: 5_000, long_lease_ms: 5_000, renewal_ms: 1_000, ...CLOCKS },
};
