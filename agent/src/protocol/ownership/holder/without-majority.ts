import { voterWait_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { Asking } from '../ownership-state.ts';
import { markOf } from './marks.ts';

/** So many renewals before the end of a lease its holder has to decide. */
const RENEWALS_BEFORE = 2;

/**
 * `no_quorum: keep`: a lease that nobody prolongs is prolonged by its holder alone, which two holders may do at the same time. Not where a voter
 * supports another claim.
 */
export function goOnAlone(context: OwnershipContext, asking: Asking): void {
  if (context.state.inventory.no_quorum !== 'keep' || asking.rivalled) return;
  const { leaseUntil_mono_ms, claim } = asking;
  if (leaseUntil_mono_ms === undefined) return;
  if (!asking.alone && !context.passed(leaseUntil_mono_ms - RENEWALS_BEFORE * context.lease.renewal_ms)) return;
  const last = asking.staged.at(-1);
  if (last === undefined) return;
  if (!asking.alone) {
    context.log(`No majority of the voters answers for ${claim.address}: it is held all the same, another machine may do so too`);
    context.notify({ kind: 'held-without-majority', address: claim.address });
  }
  asking.alone = true;
  asking.leaseUntil_mono_ms = last.until_mono_ms;
  asking.giveUp_mono_ms = last.until_mono_ms + voterWait_ms(context.lease, 'short');
  context.emit({ kind: 'switch-lease', address: claim.address, mark: markOf(last.sequence) });
}
