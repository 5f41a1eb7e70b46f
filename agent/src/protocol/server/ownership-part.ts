import type { Outcome } from '../events.ts';
import type { OwnershipOutcome } from '../ownership/ownership-events.ts';

/** Requests and timers of the ownership are told from those of the ring by this. */
export function isOfOwnership(requestOrTimer: string): boolean {
  return requestOrTimer.startsWith('ownership-');
}

/** What the runtime tells of an effect, in the words of the ownership. */
export function ownershipOutcome(outcome: Outcome | OwnershipOutcome): OwnershipOutcome {
  switch (outcome.kind) {
    case 'nonce':
      return outcome;
    case 'failed':
      return { kind: 'failed', reason: outcome.reason };
    case 'done':
      return { kind: 'done' };
    case 'load':
    case 'answer':
    case 'procedure':
      throw new Error(`no effect of the ownership ends in ${outcome.kind}`);
  }
}
