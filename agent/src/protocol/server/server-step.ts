import { produce } from 'immer';
import type { Effect } from '../effects.ts';
import type { Event, Outcome } from '../events.ts';
import type { OwnershipEvent, OwnershipNotice, OwnershipOutcome } from '../ownership/ownership-events.ts';
import type { OwnershipState } from '../ownership/ownership-state.ts';
import { advanceOwnership } from '../ownership/ownership-step.ts';
import { advance } from '../step.ts';
import { adopt } from './adoption.ts';
import { acquisitionLate, addressGivenUp, giveUpAddress, giveUpVirtualServer, holdAddress } from './hold-address.ts';
import { fence, fenceSettled } from './fencing.ts';
import { isCustodyRequest } from './custody-request.ts';
import { custodySettled, leaseBegan } from './custody-work.ts';
import { askWhoHasAgain } from './duplicate-address.ts';
import { isOfOwnership, ownershipOutcome } from './ownership-part.ts';
import type { ServerEffect } from './server-effects.ts';
import type { ServerEvent } from './server-events.ts';
import type { ServerState } from './server-state.ts';
import { followGroup } from './voters.ts';
import { heldWithoutMajority, leaseLost, refusedByVoter } from './without-quorum.ts';
import { type Untimed, Work } from './work.ts';

/**
 * What a server does about one event: the paper's ring and the ownership of addresses as one pure step. With `quorum: none` it is the ring's step and
 * nothing else. With `majority` the ring's effects that change who answers for an address go through the ownership.
 */
export function serverStep(state: ServerState, event: ServerEvent): { state: ServerState; effects: readonly ServerEffect[] } {
  let effects: readonly ServerEffect[] = [];
  const next = produce(state, (draft) => {
    effects = advanceServer(draft, event);
  });
  return { state: next, effects };
}

/** The same where nobody keeps the state from before: it is changed in place. `ring`: what the ring does about its events. */
export function advanceServer(state: ServerState, event: ServerEvent, ring: typeof advance = advance): readonly ServerEffect[] {
  const { ownership } = state;
  if (ownership === undefined) return ring(state.ring, event as Event);
  const work = new Work(state, event.now, ring);
  begin(work, event);
  for (let next = work.todo.shift(); next !== undefined; next = work.todo.shift()) {
    if (next.for === 'ring') ringStep(work, next.event);
    else ownershipWork(work, ownership, next.event);
  }
  return work.effects;
}

function begin(work: Work, event: ServerEvent): void {
  switch (event.kind) {
    case 'started':
      if (event.found !== undefined) adopt(work, event, event.found);
      work.toRing(event);
      return;
    case 'prepare-restart':
      work.state.preparedForRestart = false;
      work.toOwnership(event);
      return;
    case 'datagram':
    case 'fenced':
    case 'install-configuration':
      work.toOwnership(event);
      return;
    case 'timer':
      timerExpired(work, event.timer);
      return;
    case 'result':
      resultCame(work, event.request, event.outcome);
      return;
    case 'memory-disk':
    case 'emulator-ended':
    case 'call':
    case 'operator':
      work.toRing(event);
  }
}

function timerExpired(work: Work, timer: string): void {
  const [kind, address = ''] = timer.split(':');
  if (isOfOwnership(timer)) work.toOwnership({ kind: 'timer', timer });
  else if (kind === 'custody') acquisitionLate(work, address);
  else if (kind === 'who-has') askWhoHasAgain(work, address);
  else work.toRing({ kind: 'timer', timer });
}

function resultCame(work: Work, request: string, outcome: Outcome | OwnershipOutcome): void {
  if (isOfOwnership(request)) {
    work.toOwnership({ kind: 'result', request, outcome: ownershipOutcome(outcome) });
    return;
  }
  // Only the ownership draws nonces; whatever else ends, says how long it took.
  const ended = { elapsed_ms: 0, ...outcome } as Outcome;
  if (isCustodyRequest(request)) {
    custodySettled(work, request, ended);
    return;
  }
  fenceSettled(work, request, ended);
  work.toRing({ kind: 'result', request, outcome: ended });
}

function ringStep(work: Work, event: Untimed<Event>): void {
  const { ring } = work.state;
  const { group } = ring.files ?? {};
  for (const effect of work.ringStep(ring, { ...event, now: work.now })) interpose(work, effect);
  if (ring.files?.group !== group || event.kind === 'timer') followGroup(work);
}

/** What the ring asks for is done, and what changes who answers for an address goes through the ownership. */
function interpose(work: Work, effect: Effect): void {
  switch (effect.kind) {
    case 'add-address':
    case 'add-virtual-server-address':
      holdAddress(work, effect);
      return;
    case 'remove-address':
    case 'remove-virtual-server-address':
      giveUpAddress(work, effect);
      return;
    case 'fence':
      fence(work, effect);
      return;
    case 'reset-standby':
      giveUpVirtualServer(work);
      work.emit(effect);
      return;
    default:
      work.emit(effect);
  }
}

function ownershipWork(work: Work, ownership: OwnershipState, event: Untimed<OwnershipEvent>): void {
  const { effects, notices } = advanceOwnership(ownership, { ...event, now: work.now });
  for (const effect of effects) work.emit(effect);
  for (const notice of notices) heed(work, notice);
}

function heed(work: Work, notice: OwnershipNotice): void {
  if (notice.kind === 'voters-changed') {
    followGroup(work);
    return;
  }
  if (notice.kind === 'prepared-for-restart') {
    work.state.preparedForRestart = true;
    return;
  }
  const custody = work.state.custody[notice.address];
  if (custody === undefined) return;
  switch (notice.kind) {
    case 'lease-began':
      leaseBegan(work, notice.address, custody);
      return;
    case 'lease-lost':
      leaseLost(custody);
      return;
    case 'held-without-majority':
      heldWithoutMajority(custody);
      return;
    case 'refused':
      refusedByVoter(work, notice, custody);
      return;
    case 'given-up':
      addressGivenUp(work, notice.address, custody);
  }
}
