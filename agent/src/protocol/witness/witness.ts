import type { Effect } from '../effects.ts';
import type { OwnershipEffect } from '../ownership/ownership-effects.ts';
import type { OwnershipEvent } from '../ownership/ownership-events.ts';
import { initialOwnershipState, type OwnershipState } from '../ownership/ownership-state.ts';
import { advanceOwnership, ownershipStep } from '../ownership/ownership-step.ts';
import type { OwnershipConfiguration } from '../ring/ownership-configuration.ts';
import type { Answer, Request } from '../sem/messages.ts';
import { refused } from '../sem/refused.ts';
import type { VoterStatus } from '../status.ts';
import { isOfOwnership, ownershipOutcome } from '../server/ownership-part.ts';
import type { ServerEvent } from '../server/server-events.ts';

/** What the witness knows. A plain value, as a server's state is. */
export interface WitnessState {
  readonly cluster: string;
  readonly name: string;
  /** Of the kernel; empty until the agent has started. */
  readonly boot_id: string;
  /** Its voter; it holds nothing. Undefined with `quorum: none`. */
  readonly ownership: OwnershipState | undefined;
}

/** What the witness can do to the world. */
export type WitnessEffect = Extract<Effect, { readonly kind: 'log' | 'answer' }> | OwnershipEffect;

/** What the witness tells about itself through the control socket. */
export interface WitnessStatus {
  readonly role: 'witness';
  readonly name: string;
  readonly cluster: string;
  readonly boot_id: string;
  /** With `quorum: majority`. */
  readonly voter?: VoterStatus;
}

interface Stepped {
  readonly state: WitnessState;
  readonly effects: readonly WitnessEffect[];
}

/** @param ownership who votes and for how long; undefined with `quorum: none` */
export function initialWitnessState(cluster: string, name: string, ownership?: OwnershipConfiguration): WitnessState {
  return { cluster, name, boot_id: '', ownership: ownership === undefined ? undefined : initialOwnershipState(name, ownership) };
}

/**
 * What the witness does about one event. It is no server of the ring: it has no management files, no address and no standby, and it does
 * nothing but what it is asked, and vote. Pure, as `step` is.
 */
export function witnessStep(state: WitnessState, event: ServerEvent): Stepped {
  return stepBy(ownershipStep, state, event);
}

/** The same where nobody keeps the state from before: what it knows of addresses is changed in place, as in `advanceServer`. */
export function advanceWitness(state: WitnessState, event: ServerEvent): Stepped {
  return stepBy((ownership, happened) => ({ ...advanceOwnership(ownership, happened), state: ownership }), state, event);
}

function stepBy(step: typeof ownershipStep, state: WitnessState, event: ServerEvent): Stepped {
  switch (event.kind) {
    case 'started':
      return started(step, state, event);
    case 'call':
      return { state, effects: [{ kind: 'answer', call: event.call, answer: answerTo(state, event.request) }] };
    case 'datagram':
    case 'install-configuration':
    case 'prepare-restart':
      return vote(step, state, event);
    case 'timer':
      return isOfOwnership(event.timer) ? vote(step, state, event) : { state, effects: [] };
    case 'result':
      if (!isOfOwnership(event.request)) return { state, effects: [] };
      return vote(step, state, { ...event, outcome: ownershipOutcome(event.outcome) });
    case 'memory-disk':
    case 'emulator-ended':
    case 'operator':
    case 'fenced':
      return { state, effects: [] };
  }
}

export function witnessStatusOf({ name, cluster, boot_id, ownership }: WitnessState): WitnessStatus {
  const status = { role: 'witness', name, cluster, boot_id } as const;
  if (ownership === undefined) return status;
  return { ...status, voter: { uuid: ownership.document.uuid, configuration: ownership.document.configuration } };
}

function started(step: typeof ownershipStep, state: WitnessState, event: ServerEvent & { readonly kind: 'started' }): Stepped {
  const awake = { ...state, boot_id: event.boot_id };
  const log = { kind: 'log', background: false, text: `Witness of the ring ${state.cluster} started` } as const;
  if (event.found === undefined) return { state: awake, effects: [log] };
  const voted = vote(step, awake, { kind: 'started', now: event.now, ...event.found });
  return { state: voted.state, effects: [log, ...voted.effects] };
}

function vote(step: typeof ownershipStep, state: WitnessState, event: OwnershipEvent): Stepped {
  if (state.ownership === undefined) return { state, effects: [] };
  const { state: ownership, effects } = step(state.ownership, event);
  return { state: { ...state, ownership }, effects };
}

function answerTo(state: WitnessState, { kind }: Request): Answer {
  if (kind === 'state') return { kind: 'state', boot_id: state.boot_id, executor: 'witness', holds_own_address: false };
  return refused(`${state.name} is the witness: it only votes`);
}
