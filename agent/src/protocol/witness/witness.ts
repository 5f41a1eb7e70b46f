import type { Effect } from '../effects.ts';
import type { Event } from '../events.ts';
import type { Answer, Request } from '../sem/messages.ts';
import { refused } from '../sem/refused.ts';

/** What the witness knows. A plain value, as a server's state is. */
export interface WitnessState {
  readonly cluster: string;
  readonly name: string;
  /** Of the kernel; empty until the agent has started. */
  readonly boot_id: string;
}

/** What the witness can do to the world. */
export type WitnessEffect = Extract<Effect, { readonly kind: 'log' | 'answer' }>;

/** What the witness tells about itself through the control socket. */
export interface WitnessStatus {
  readonly role: 'witness';
  readonly name: string;
  readonly cluster: string;
  readonly boot_id: string;
}

export function initialWitnessState(cluster: string, name: string): WitnessState {
  return { cluster, name, boot_id: '' };
}

/**
 * What the witness does about one event. It is no server of the ring: it has no management files, no address, no standby and no timers, and
 * it does nothing but what it is asked. Pure, as `step` is.
 */
export function witnessStep(state: WitnessState, event: Event): { state: WitnessState; effects: readonly WitnessEffect[] } {
  switch (event.kind) {
    case 'started':
      return {
        state: { ...state, boot_id: event.boot_id },
        effects: [{ kind: 'log', background: false, text: `Witness of the ring ${state.cluster} started` }],
      };
    case 'call':
      return { state, effects: [{ kind: 'answer', call: event.call, answer: answerTo(state, event.request) }] };
    case 'memory-disk':
    case 'timer':
    case 'result':
    case 'emulator-ended':
    case 'operator':
      return { state, effects: [] };
  }
}

export function witnessStatusOf({ name, cluster, boot_id }: WitnessState): WitnessStatus {
  return { role: 'witness', name, cluster, boot_id };
}

function answerTo(state: WitnessState, { kind }: Request): Answer {
  if (kind === 'state') return { kind: 'state', boot_id: state.boot_id, executor: 'witness', holds_own_address: false };
  return refused(`${state.name} is the witness: it only votes`);
}
