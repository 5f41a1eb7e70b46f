import type { Event, Instant, Outcome, RequestId } from '../events.ts';
import type { OwnershipEvent } from '../ownership/ownership-events.ts';
import type { RingConfiguration } from '../ring/ring-configuration.ts';
import type { advance } from '../step.ts';
import type { ServerEffect } from './server-effects.ts';
import type { ServerState } from './server-state.ts';

/** An event without its time: all that one step does happens at one time. */
export type Untimed<E> = E extends unknown ? Omit<E, 'now'> : never;

/** What is still to be handled in this step, by the ring or by the ownership of addresses. */
type Todo =
  { readonly for: 'ring'; readonly event: Untimed<Event> } | { readonly for: 'ownership'; readonly event: Untimed<OwnershipEvent> };

/** What the parts of one step work on: the state, the time, the effects asked for so far, and what they have to tell each other. */
export class Work {
  readonly state: ServerState;
  readonly now: Instant;
  readonly effects: ServerEffect[] = [];
  readonly todo: Todo[] = [];

  readonly ringStep: typeof advance;

  constructor(state: ServerState, now: Instant, ringStep: typeof advance) {
    this.state = state;
    this.now = now;
    this.ringStep = ringStep;
  }

  get configuration(): RingConfiguration {
    return this.state.ring.configuration;
  }

  emit(effect: ServerEffect): void {
    this.effects.push(effect);
  }

  log(text: string): void {
    this.emit({ kind: 'log', background: false, text });
  }

  toRing(event: Untimed<Event>): void {
    this.todo.push({ for: 'ring', event });
  }

  toOwnership(event: Untimed<OwnershipEvent>): void {
    this.todo.push({ for: 'ownership', event });
  }

  /** Tell the ring what came of something that it asked for. */
  settle(request: RequestId, outcome: Outcome): void {
    this.toRing({ kind: 'result', request, outcome });
  }

  /** Tell the ring that something which it asked for failed. */
  fail(request: RequestId, reason: string, held_by?: string): void {
    this.settle(request, { kind: 'failed', reason, elapsed_ms: 0, ...(held_by === undefined ? {} : { held_by }) });
  }
}
