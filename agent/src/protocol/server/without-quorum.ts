import { logLines } from '../log-lines.ts';
import type { OwnershipNotice } from '../ownership/ownership-events.ts';
import type { Custody } from './custody.ts';
import type { Work } from './work.ts';

/**
 * The lease is over and no majority has said yes again: nothing of the address passes, although the ring of this server still thinks that it is held.
 * The voters are asked on.
 */
export function leaseLost(custody: Custody): void {
  custody.leased = false;
  custody.alone = false;
  custody.askedWithLease = false;
}

/** `dbss_no_quorum: keep`: no majority answers, and the address is held all the same. */
export function heldWithoutMajority(custody: Custody): void {
  custody.alone = true;
  custody.askedWithLease = false;
}

/** A voter says that somebody else holds the address. It is told once for each holder: while one follows another, voters name both in turn. */
export function refusedByVoter(
  work: Pick<Work, 'configuration' | 'log'>,
  notice: OwnershipNotice & { readonly kind: 'refused' },
  custody: Custody,
): void {
  const { address, granted, remaining_ms } = notice;
  const holder = granted?.holder;
  // A voter that has waited for long enough only wants a higher epoch.
  if (remaining_ms === undefined || remaining_ms <= 0) return;
  if (holder === undefined || holder === work.configuration.self) return;
  custody.refusedBy = holder;
  if (custody.toldHolders.includes(holder)) return;
  custody.toldHolders.push(holder);
  work.log(logLines.addressRefused(address, holder, remaining_ms));
}
