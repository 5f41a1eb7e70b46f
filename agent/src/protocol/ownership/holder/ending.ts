import type { Claim } from '../claim.ts';
import { retry_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { OwnershipOutcome } from '../ownership-events.ts';
import type { Ending, Holding } from '../ownership-state.ts';
import { tellFailure, tellWorking } from './failures.ts';
import { tellFree } from './freeing.ts';

export const DROP_LEASE = 'ownership-drop';
export const DELETE_CLAIM = 'ownership-forget';

/**
 * H6: nobody is asked any more, then nothing passes, then the claim is gone from /run so that no later agent takes it up, and only then do the
 * voters hear that it is over. What fails is done again until it works; without it nothing is said.
 * @param pause_ms before the address is claimed again, if it is wanted
 */
export function endClaim(context: OwnershipContext, holding: Holding, claim: Claim, pause_ms: number): void {
  const { holder } = context.state;
  holder.ready = holder.ready.filter((ask) => ask.claim.address !== claim.address);
  const ending: Ending = { kind: 'ending', claim, step: 'drop', pause_ms, again_mono_ms: undefined };
  holding.phase = ending;
  carryOut(context, ending);
}

export function carryOut(context: OwnershipContext, ending: Ending): void {
  const { address } = ending.claim;
  ending.again_mono_ms = undefined;
  if (ending.step === 'drop') context.emit({ kind: 'drop-lease', request: `${DROP_LEASE}:${address}`, address });
  else context.emit({ kind: 'store-claim', request: `${DELETE_CLAIM}:${address}`, address, claim: undefined });
}

export function leaseDropped(context: OwnershipContext, address: string, outcome: OwnershipOutcome): void {
  const ending = endingAt(context, address, 'drop');
  if (ending === undefined || hasFailed(context, ending, `The lease of ${address} cannot be taken out of the kernel`, outcome)) return;
  ending.step = 'delete';
  carryOut(context, ending);
}

export function claimDeleted(context: OwnershipContext, address: string, outcome: OwnershipOutcome): void {
  const ending = endingAt(context, address, 'delete');
  if (ending === undefined || hasFailed(context, ending, `The claim of ${address} cannot be deleted from /run`, outcome)) return;
  const holding = context.state.holder.holdings[address];
  if (holding === undefined) return;
  tellFree(context, ending.claim, 'holder');
  if (holding.wanted) {
    holding.phase = { kind: 'pausing', until_mono_ms: context.in(ending.pause_ms) };
    return;
  }
  holding.phase = { kind: 'idle' };
  context.notify({ kind: 'given-up', address });
}

function endingAt(context: OwnershipContext, address: string, step: Ending['step']): Ending | undefined {
  const phase = context.state.holder.holdings[address]?.phase;
  return phase?.kind === 'ending' && phase.step === step ? phase : undefined;
}

function hasFailed(context: OwnershipContext, ending: Ending, what: string, outcome: OwnershipOutcome): boolean {
  if (outcome.kind !== 'failed') {
    tellWorking(context);
    return false;
  }
  tellFailure(context, what, outcome);
  ending.again_mono_ms = context.in(retry_ms(context.lease));
  return true;
}
