import { isDraft } from 'immer';
import type { Instant } from '../events.ts';
import { plain } from '../plain.ts';
import type { LeaseTiming } from '../ring/ownership-configuration.ts';
import type { OwnershipEffect } from './ownership-effects.ts';
import type { OwnershipNotice } from './ownership-events.ts';
import type { OwnershipMessage } from './ownership-messages.ts';
import type { OwnershipState } from './ownership-state.ts';
import type { VotersConfiguration } from './voters-configuration.ts';

/** What the handlers of one step work on: the state, the time, and what was asked for and told so far. */
export class OwnershipContext {
  readonly state: OwnershipState;
  readonly now: Instant;
  readonly effects: OwnershipEffect[] = [];
  readonly notices: OwnershipNotice[] = [];
  /** What this machine says to itself; it never leaves the step. */
  readonly ownMessages: OwnershipMessage[] = [];

  readonly #drafted: boolean;

  constructor(state: OwnershipState, now: Instant) {
    this.#drafted = isDraft(state);
    this.state = state;
    this.now = now;
  }

  get self(): string {
    return this.state.self;
  }

  get lease(): LeaseTiming {
    return this.state.inventory.lease;
  }

  /** The voters that this machine goes by; `undefined` before it was told any. */
  get configuration(): VotersConfiguration | undefined {
    return this.state.document.configuration;
  }

  /** A moment so far from now, as a deadline. */
  in(duration_ms: number): number {
    return this.now.mono_ms + duration_ms;
  }

  /** A deadline that is there has passed. */
  passed(deadline_mono_ms: number | undefined): boolean {
    return deadline_mono_ms !== undefined && this.now.mono_ms >= deadline_mono_ms;
  }

  emit(effect: OwnershipEffect): void {
    this.effects.push(this.#plain(effect));
  }

  notify(notice: OwnershipNotice): void {
    this.notices.push(this.#plain(notice));
  }

  send(to: string, message: OwnershipMessage): void {
    if (to === this.self) this.ownMessages.push(this.#plain(message));
    else this.emit({ kind: 'send-datagram', to, message });
  }

  /** Where the state is changed in place, nothing of it that leaves the step is changed later, so it need not be copied. */
  #plain<T>(value: T): T {
    return this.#drafted ? plain(value) : value;
  }

  log(text: string): void {
    this.emit({ kind: 'log', background: false, text });
  }
}
