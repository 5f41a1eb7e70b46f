import type { LeaseTiming } from '../ring/ownership-configuration.ts';
import type { LeaseLength } from './claim.ts';

/** How often, between two renewals, a holder without a lease asks. */
const ASKS_A_RENEWAL = 5;

/** For how long an address passes in the kernel after it was staged (L, and LL for `long`). */
export function leaseLength_ms(lease: LeaseTiming, length: LeaseLength): number {
  return length === 'short' ? lease.lease_ms : lease.long_lease_ms;
}

/** How long a voter that said yes waits before it says yes to another claim (D, and DL for `long`): no lease lasts so long on any clock. */
export function voterWait_ms(lease: LeaseTiming, length: LeaseLength): number {
  const enforced_ms = leaseLength_ms(lease, length) + lease.kernel_guard_ms;
  return (enforced_ms * (1 + lease.clock_error)) / (1 - lease.clock_error);
}

/** For how long a holder asks without getting a majority before it gives its claim up (H6): an earlier holder's lease is over by then. */
export function patience_ms(lease: LeaseTiming): number {
  return voterWait_ms(lease, 'short') + lease.lease_ms;
}

/** Between two asks of a holder that has no lease, and between two attempts of something that failed. */
export function retry_ms(lease: LeaseTiming): number {
  return lease.renewal_ms / ASKS_A_RENEWAL;
}

/** A pause between 0 and a lease, so that holders who took each other's votes do not meet again. The nonce is the chance in it. */
export function randomPause_ms(lease: LeaseTiming, nonce: string): number {
  return (Number.parseInt(nonce.slice(-8), 16) / 0x1_0000_0000) * lease.lease_ms;
}
