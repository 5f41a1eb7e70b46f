import type { Claim } from '../claim.ts';
import type { OwnershipContext } from '../ownership-context.ts';

/** After the first time it is said again so often, a renewal apart. */
const REPEATS = 3;
/** More than a machine can give up within the repeats. */
const AT_MOST = 32;

/** Tell all voters, this machine's own too, that a claim will never hold again. Lost ones cost a wait, nothing else. */
export function tellFree(context: OwnershipContext, claim: Claim, by: 'holder' | 'fence'): void {
  const { holder } = context.state;
  say(context, claim, by);
  holder.freed = [...holder.freed.slice(1 - AT_MOST), { claim, by, left: REPEATS }];
  holder.freeAgain_mono_ms ??= context.in(context.lease.renewal_ms);
}

export function tellFreeAgain(context: OwnershipContext): void {
  const { holder } = context.state;
  if (!context.passed(holder.freeAgain_mono_ms)) return;
  for (const freed of holder.freed) {
    say(context, freed.claim, freed.by);
    freed.left -= 1;
  }
  holder.freed = holder.freed.filter(({ left }) => left > 0);
  holder.freeAgain_mono_ms = holder.freed.length === 0 ? undefined : context.in(context.lease.renewal_ms);
}

function say(context: OwnershipContext, claim: Claim, by: 'holder' | 'fence'): void {
  for (const { name } of context.configuration?.voters ?? []) context.send(name, { kind: 'free', claim, by });
}
