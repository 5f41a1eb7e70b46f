import { produce } from 'immer';
import { leaseStaged, STAGE_LEASE } from './holder/asking.ts';
import { claimStored, DRAW_NONCE, nonceDrawn, STORE_CLAIM } from './holder/claiming.ts';
import { refusalCame, yesCame } from './holder/counting.ts';
import { deadlinesOfHolder, holderDeadlines } from './holder/deadlines.ts';
import { claimDeleted, DELETE_CLAIM, DROP_LEASE, leaseDropped } from './holder/ending.ts';
import { tellFree } from './holder/freeing.ts';
import { prepareRestart } from './holder/prepared-restart.ts';
import { adopt, giveUp, hold, votersChangedForHolder } from './holder/wanting.ts';
import {
  deadlinesOfLeader,
  DRAW_LEADER_NONCE,
  leaderDeadlines,
  leaderNonceDrawn,
  leaderRefusalCame,
  leaderYesCame,
  leaveVoters,
  voterHeard,
  votersChangedForLeader,
  wantVoters,
} from './leader/leader.ts';
import { OwnershipContext } from './ownership-context.ts';
import type { OwnershipEffect } from './ownership-effects.ts';
import type { OwnershipEvent, OwnershipNotice, OwnershipOutcome } from './ownership-events.ts';
import { CONFIGURATION_ADDRESS, type OwnershipMessage } from './ownership-messages.ts';
import type { OwnershipState } from './ownership-state.ts';
import { install, STORE_VOTER } from './voter/document.ts';
import { recall } from './voter/recall.ts';
import { askCame, freeCame, voterStored } from './voter/voter.ts';
import { compareConfigurations } from './voters-configuration.ts';

export { initialOwnershipState } from './ownership-state.ts';

/** The one timer of this core; it is set for the nearest deadline. */
export const OWNERSHIP_TIMER = 'ownership-tick';

export interface OwnershipResult {
  readonly effects: readonly OwnershipEffect[];
  readonly notices: readonly OwnershipNotice[];
}

/**
 * What a machine does about one event for the ownership of addresses (docs/ownership.md). Pure: the given state is not changed. A witness runs the
 * same function: nobody ever tells it to hold an address.
 */
export function ownershipStep(state: OwnershipState, event: OwnershipEvent): OwnershipResult & { readonly state: OwnershipState } {
  let result: OwnershipResult = { effects: [], notices: [] };
  const next = produce(state, (draft) => {
    result = advanceOwnership(draft, event);
  });
  return { ...result, state: next };
}

/** The same where nobody keeps the state from before: it is changed in place. */
export function advanceOwnership(state: OwnershipState, event: OwnershipEvent): OwnershipResult {
  const context = new OwnershipContext(state, event.now);
  let { configuration } = context;
  if (state.started || event.kind === 'started') handleEvent(context, event);
  for (;;) {
    if (compareConfigurations(context.configuration, configuration) !== 0) {
      configuration = context.configuration;
      votersChanged(context);
    }
    const own = context.ownMessages.shift();
    if (own === undefined) break;
    messageCame(context, context.self, own);
  }
  setTimer(context);
  return { effects: context.effects, notices: context.notices };
}

function handleEvent(context: OwnershipContext, event: OwnershipEvent): void {
  switch (event.kind) {
    case 'started':
      started(context, event);
      return;
    case 'datagram':
      messageCame(context, event.from, event.message);
      return;
    case 'timer':
      if (event.timer !== OWNERSHIP_TIMER) throw new Error(`no such timer: ${event.timer}`);
      context.state.tick_mono_ms = undefined;
      holderDeadlines(context);
      leaderDeadlines(context);
      return;
    case 'result':
      resultCame(context, event.request, event.outcome);
      return;
    case 'hold':
      hold(context, event.address);
      return;
    case 'give-up':
      giveUp(context, event.address);
      return;
    case 'fenced':
      tellFree(context, event.claim, 'fence');
      return;
    case 'want-voters':
      wantVoters(context, event.voters);
      return;
    case 'leave-voters':
      leaveVoters(context);
      return;
    case 'prepare-restart':
      prepareRestart(context);
      return;
    case 'install-configuration':
      if (context.configuration !== undefined || !install(context, event.configuration)) {
        context.log('Voters were given by bootstrap, but there are voters already: nothing changed');
      }
  }
}

function started(context: OwnershipContext, event: OwnershipEvent & { readonly kind: 'started' }): void {
  const { state } = context;
  state.started = true;
  state.document = event.document;
  recall(context, event.memory);
  state.holder.nextSequence = Math.max(1, Math.floor(event.boot_us));
  adopt(context, event.claims);
}

function messageCame(context: OwnershipContext, from: string, message: OwnershipMessage): void {
  switch (message.kind) {
    case 'ask':
      askCame(context, from, message);
      return;
    case 'free':
      freeCame(context, from, message);
      return;
    case 'reply':
      if (message.voter === from) replyCame(context, message);
  }
}

function replyCame(context: OwnershipContext, message: OwnershipMessage & { readonly kind: 'reply' }): void {
  const { configuration } = context;
  const { voter, uuid, replies } = message;
  voterHeard(context, voter, uuid);
  for (const reply of replies.filter(({ yes }) => !yes)) {
    if (reply.claim.address === CONFIGURATION_ADDRESS) leaderRefusalCame(context, reply);
    else refusalCame(context, reply);
  }
  const order = compareConfigurations(message.configuration, configuration);
  if (order > 0 && message.configuration !== undefined) install(context, message.configuration);
  // H3: what counts comes under one's own configuration, from one of its voters, which still has the disk that it was counted with.
  if (order !== 0 || configuration?.voters.some((one) => one.name === voter && one.uuid === uuid) !== true) return;
  for (const reply of replies.filter(({ yes }) => yes)) {
    if (reply.claim.address === CONFIGURATION_ADDRESS) leaderYesCame(context, configuration, voter, reply);
    else yesCame(context, configuration, voter, reply);
  }
}

function resultCame(context: OwnershipContext, request: string, outcome: OwnershipOutcome): void {
  const [work = '', ...words] = request.split(':');
  const address = words.join(':');
  switch (work) {
    case STORE_VOTER:
      voterStored(context, outcome);
      return;
    case DRAW_NONCE:
      nonceDrawn(context, address, outcome);
      return;
    case STORE_CLAIM:
      claimStored(context, address, outcome);
      return;
    case STAGE_LEASE:
      leaseStaged(context, words.slice(1).join(':'), Number(words[0]), outcome);
      return;
    case DROP_LEASE:
      leaseDropped(context, address, outcome);
      return;
    case DELETE_CLAIM:
      claimDeleted(context, address, outcome);
      return;
    case DRAW_LEADER_NONCE:
      leaderNonceDrawn(context, outcome);
      return;
    default:
      throw new Error(`no such request: ${request}`);
  }
}

function votersChanged(context: OwnershipContext): void {
  const { configuration } = context;
  if (configuration === undefined) return;
  const names = configuration.voters.map(({ name, weight }) => (weight === 1 ? name : `${name} (${String(weight)} votes)`));
  context.log(`Voters ${String(configuration.term)}.${String(configuration.version)}: ${names.join(', ')}`);
  context.notify({ kind: 'voters-changed', configuration });
  votersChangedForHolder(context);
  votersChangedForLeader(context);
}

function setTimer(context: OwnershipContext): void {
  const { state, now } = context;
  const deadlines = [...deadlinesOfHolder(context), ...deadlinesOfLeader(context)].filter((one) => one !== undefined);
  const nearest = deadlines.length === 0 ? undefined : Math.min(...deadlines);
  if (nearest === state.tick_mono_ms) return;
  state.tick_mono_ms = nearest;
  if (nearest === undefined) context.emit({ kind: 'cancel-timer', timer: OWNERSHIP_TIMER });
  else context.emit({ kind: 'set-timer', timer: OWNERSHIP_TIMER, after_ms: Math.max(0, nearest - now.mono_ms) });
}
