import { leaseLength_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import { askFor, claimsAsked } from './asking.ts';

/** The agent is going to be restarted: leases that last until its successor has adopted them. Without a restart they become short again. */
export function prepareRestart(context: OwnershipContext): void {
  const { holder } = context.state;
  holder.longUntil_mono_ms = context.in(leaseLength_ms(context.lease, 'long'));
  holder.preparedTold = false;
  for (const asking of claimsAsked(context)) askFor(context, asking, 'long');
  tellIfPrepared(context);
}

export function restartDidNotCome(context: OwnershipContext): void {
  const { holder } = context.state;
  if (!context.passed(holder.longUntil_mono_ms)) return;
  holder.longUntil_mono_ms = undefined;
  for (const asking of claimsAsked(context)) askFor(context, asking, 'short');
}

/** Once each address that is held by a majority is held by a long lease. */
export function tellIfPrepared(context: OwnershipContext): void {
  const { holder } = context.state;
  if (holder.longUntil_mono_ms === undefined || holder.preparedTold) return;
  const held = claimsAsked(context).filter(({ leaseUntil_mono_ms, alone }) => leaseUntil_mono_ms !== undefined && !alone);
  if (held.some(({ switched, firstSequence }) => switched < firstSequence)) return;
  holder.preparedTold = true;
  context.notify({ kind: 'prepared-for-restart' });
}
