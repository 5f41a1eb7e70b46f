import type { ServerEffect } from '../protocol/server/server-effects.ts';
import type { ServerEvent } from '../protocol/server/server-events.ts';
import type { Clock } from './clock.ts';

/** An event before the loop stamps it with the time at which it is handled. */
export type Happening = ServerEvent extends infer E ? (E extends ServerEvent ? Omit<E, 'now'> : never) : never;

/** The pure core, whatever its state and the effects that it can ask for are. */
export interface Protocol<State, Asked extends ServerEffect = ServerEffect> {
  readonly initial: State;
  readonly step: (state: State, event: ServerEvent) => { state: State; effects: readonly Asked[] };
}

/**
 * Feeds events to the protocol, one at a time and in order, and hands out the effects that it asks for. Nothing is handled before
 * `start`: what happens earlier waits.
 */
export class AgentLoop<State, Asked extends ServerEffect = ServerEffect> {
  readonly #protocol: Protocol<State, Asked>;
  readonly #clock: Clock;
  readonly #perform: (effect: Asked) => void;
  readonly #queue: Happening[] = [];
  #state: State;
  #accepting = false;
  #working = false;

  /** @param perform starts an effect and does not throw; what comes of it comes back as an event */
  constructor(protocol: Protocol<State, Asked>, clock: Clock, perform: (effect: Asked) => void) {
    this.#protocol = protocol;
    this.#clock = clock;
    this.#perform = perform;
    this.#state = protocol.initial;
  }

  get state(): State {
    return this.#state;
  }

  /** Begin with the event that tells about the machine. */
  start(started: Happening & { readonly kind: 'started' }): void {
    this.#queue.unshift(started);
    this.#accepting = true;
    this.#work();
  }

  /** @throws what the protocol throws: a state that it does not know how to go on from */
  push(happening: Happening): void {
    this.#queue.push(happening);
    this.#work();
  }

  /** No further event is handled. */
  stop(): void {
    this.#accepting = false;
    this.#queue.length = 0;
  }

  #work(): void {
    if (!this.#accepting || this.#working) return;
    this.#working = true;
    for (let happening = this.#queue.shift(); happening !== undefined; happening = this.#queue.shift()) {
      const { state, effects } = this.#protocol.step(this.#state, { ...happening, now: this.#clock() });
      this.#state = state;
      for (const effect of effects) this.#perform(effect);
    }
    this.#working = false;
  }
}
