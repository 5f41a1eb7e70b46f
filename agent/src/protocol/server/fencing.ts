import type { Effect } from '../effects.ts';
import type { Outcome, RequestId } from '../events.ts';
import type { Claim } from '../ownership/claim.ts';
import type { Work } from './work.ts';

/** The ring has a server switched off. What it may hold by is read before: only of those claims is anything known when it is off. */
export function fence(work: Work, effect: Effect & { readonly kind: 'fence' }): void {
  const granted = Object.entries(work.state.ownership?.document.granted ?? {});
  const claims = granted.map(([address, { epoch, holder, nonce }]): Claim => ({ address, epoch, holder, nonce }));
  work.state.fencing[effect.request] = claims.filter(({ holder }) => holder === effect.server);
  work.emit(effect);
}

/** It is off for certain: its claims will never hold again. */
export function fenceSettled(work: Work, request: RequestId, outcome: Outcome): void {
  const claims = work.state.fencing[request] ?? [];
  Reflect.deleteProperty(work.state.fencing, request);
  if (outcome.kind === 'done') for (const claim of claims) work.toOwnership({ kind: 'fenced', claim });
}
