import { randomPause_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { Asking, Holding } from '../ownership-state.ts';
import { askWhereDue } from './asking.ts';
import { beginClaim } from './claiming.ts';
import { endIfRivalled } from './counting.ts';
import { carryOut, endClaim } from './ending.ts';
import { tellFreeAgain } from './freeing.ts';
import { restartDidNotCome, tellIfPrepared } from './prepared-restart.ts';

/** Do whatever a holder's deadlines have come for. */
export function holderDeadlines(context: OwnershipContext): void {
  tellFreeAgain(context);
  restartDidNotCome(context);
  for (const [address, holding] of Object.entries(context.state.holder.holdings)) {
    const { phase } = holding;
    if (phase.kind === 'pausing' && context.passed(phase.until_mono_ms)) beginClaim(context, address, holding);
    else if (phase.kind === 'ending' && context.passed(phase.again_mono_ms)) carryOut(context, phase);
    else if (phase.kind === 'asking') askingDeadlines(context, holding, phase);
  }
  askWhereDue(context);
}

/** The moments that a holder waits for, to set a timer for the nearest. */
export function deadlinesOfHolder({ state }: OwnershipContext): (number | undefined)[] {
  const { holder } = state;
  return [holder.freeAgain_mono_ms, holder.longUntil_mono_ms, ...Object.values(holder.holdings).flatMap(deadlinesOf)];
}

function deadlinesOf({ phase }: Holding): (number | undefined)[] {
  if (phase.kind === 'pausing') return [phase.until_mono_ms];
  if (phase.kind === 'ending') return [phase.again_mono_ms];
  return phase.kind === 'asking' ? [phase.due_mono_ms, phase.giveUp_mono_ms, phase.leaseUntil_mono_ms] : [];
}

function askingDeadlines(context: OwnershipContext, holding: Holding, asking: Asking): void {
  const { address, nonce } = asking.claim;
  if (context.passed(asking.leaseUntil_mono_ms)) {
    asking.leaseUntil_mono_ms = undefined;
    asking.alone = false;
    const reason = 'no majority of the voters prolonged the lease';
    context.log(`${address} is not held here any more: ${reason}`);
    context.notify({ kind: 'lease-lost', address, reason });
    tellIfPrepared(context);
  }
  const pause_ms = randomPause_ms(context.lease, nonce);
  endIfRivalled(context, holding, asking, pause_ms);
  if (holding.phase !== asking || !context.passed(asking.giveUp_mono_ms)) return;
  if (!holding.failureTold) context.log(`No majority of the voters supports ${address}: the claim is made again and again`);
  holding.failureTold = true;
  endClaim(context, holding, asking.claim, pause_ms);
}
