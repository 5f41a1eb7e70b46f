import { emptyRecord } from '../../empty-record.ts';
import type { Claim } from '../claim.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { Holding } from '../ownership-state.ts';
import { beginAsking } from './asking.ts';
import { beginClaim } from './claiming.ts';
import { endClaim } from './ending.ts';

/** The ring wants the address held here. A claim that is being given up is given up first. */
export function hold(context: OwnershipContext, address: string): void {
  const holding = holdingOf(context, address);
  holding.wanted = true;
  if (holding.phase.kind === 'idle') beginClaim(context, address, holding);
}

/** The ring does not want the address held here any more. It hears `given-up` when nothing passes. */
export function giveUp(context: OwnershipContext, address: string): void {
  const holding = holdingOf(context, address);
  const { phase } = holding;
  holding.wanted = false;
  switch (phase.kind) {
    case 'asking':
      endClaim(context, holding, phase.claim, 0);
      return;
    case 'idle':
    case 'drawing':
    case 'pausing':
      holding.phase = { kind: 'idle' };
      context.notify({ kind: 'given-up', address });
      return;
    case 'storing':
    case 'ending':
  }
}

/** H7: an agent's restart is to a claim what a freeze is: the kernel's lease has run on, the voters may have forgotten, nothing is acknowledged. */
export function adopt(context: OwnershipContext, claims: readonly Claim[]): void {
  for (const claim of claims.filter(({ holder }) => holder === context.self)) {
    const holding = holdingOf(context, claim.address);
    holding.wanted = true;
    holding.highestEpoch = claim.epoch;
    context.log(`The claim of ${claim.address} of an earlier agent is taken up (epoch ${String(claim.epoch)})`);
    beginAsking(context, holding, claim);
  }
}

/** H5: what was acknowledged under other voters does not count. The kernel's lease runs on. */
export function votersChangedForHolder(context: OwnershipContext): void {
  for (const { phase } of Object.values(context.state.holder.holdings)) {
    if (phase.kind !== 'asking') continue;
    phase.acked = emptyRecord();
    phase.due_mono_ms = context.now.mono_ms;
  }
}

function holdingOf(context: OwnershipContext, address: string): Holding {
  const { holdings } = context.state.holder;
  return (holdings[address] ??= { wanted: false, highestEpoch: 0, failureTold: false, phase: { kind: 'idle' } });
}
