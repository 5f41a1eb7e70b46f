import type { Claim } from '../claim.ts';
import { retry_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { OwnershipOutcome } from '../ownership-events.ts';
import type { Holding } from '../ownership-state.ts';
import { beginAsking } from './asking.ts';
import { endClaim } from './ending.ts';
import { tellFailure, tellWorking } from './failures.ts';

export const DRAW_NONCE = 'ownership-nonce';
export const STORE_CLAIM = 'ownership-claim';

/** H1: a claim begins with a nonce; it is in /run before anybody hears of it. */
export function beginClaim(context: OwnershipContext, address: string, holding: Holding): void {
  holding.phase = { kind: 'drawing' };
  context.emit({ kind: 'draw-nonce', request: `${DRAW_NONCE}:${address}` });
}

export function nonceDrawn(context: OwnershipContext, address: string, outcome: OwnershipOutcome): void {
  const holding = context.state.holder.holdings[address];
  if (holding?.phase.kind !== 'drawing') return;
  if (outcome.kind !== 'nonce') {
    tellFailure(context, `No nonce for a claim of ${address}`, outcome);
    holding.phase = { kind: 'pausing', until_mono_ms: context.in(retry_ms(context.lease)) };
    return;
  }
  const seen = Math.max(holding.highestEpoch, context.state.document.granted[address]?.epoch ?? 0);
  const claim: Claim = { address, epoch: seen + 1, holder: context.self, nonce: outcome.nonce };
  holding.highestEpoch = claim.epoch;
  holding.phase = { kind: 'storing', claim };
  context.emit({ kind: 'store-claim', request: `${STORE_CLAIM}:${address}`, address, claim });
}

/** The claim is in /run. A claim that nobody wants any more ends as any other does: its file must go. */
export function claimStored(context: OwnershipContext, address: string, outcome: OwnershipOutcome): void {
  const holding = context.state.holder.holdings[address];
  if (holding?.phase.kind !== 'storing') return;
  const { claim } = holding.phase;
  if (outcome.kind === 'failed') {
    tellFailure(context, `The claim of ${address} cannot be kept in /run`, outcome);
    endClaim(context, holding, claim, retry_ms(context.lease));
    return;
  }
  tellWorking(context);
  if (holding.wanted) beginAsking(context, holding, claim);
  else endClaim(context, holding, claim, 0);
}
