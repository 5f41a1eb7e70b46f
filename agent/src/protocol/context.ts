import { isDraft } from 'immer';
import type { Effect } from './effects.ts';
import type { Instant, Outcome, RequestId } from './events.ts';
import type { NodeState } from './node-state.ts';
import { plain } from './plain.ts';
import type { Purpose } from './purpose.ts';
import type { Answer, Request } from './sem/messages.ts';

/** Calls and answers that a server makes to itself; they never leave `step`. */
export type OwnMessage =
  | { readonly kind: 'call'; readonly call: string; readonly request: Request }
  | { readonly kind: 'result'; readonly request: RequestId; readonly outcome: Outcome };

const OWN_CALL = 'self:';

/** What the handlers of one step work on: a draft of the state, the time, and the effects asked for so far. */
export class Context {
  readonly state: NodeState;
  readonly now: Instant;
  readonly effects: Effect[] = [];
  readonly ownMessages: OwnMessage[] = [];
  readonly #drafted: boolean;

  constructor(state: NodeState, now: Instant) {
    this.#drafted = isDraft(state);
    this.state = state;
    this.now = now;
  }

  get self(): string {
    return this.state.configuration.self;
  }

  emit(effect: Effect): void {
    this.effects.push(this.#plain(effect));
  }

  /** A fresh request id whose result goes where `purpose` says. */
  request(purpose: Purpose): RequestId {
    const id = `r${String(this.state.nextRequest)}`;
    this.state.nextRequest += 1;
    this.state.pending[id] = purpose;
    return id;
  }

  /** A fresh number that tells one occasion from all others. */
  serial(): number {
    this.state.nextSerial += 1;
    return this.state.nextSerial;
  }

  /** Ask a server, oneself included. */
  call(to: string, message: Request, timeout_ms: number, purpose: Purpose): void {
    const request = this.request(purpose);
    if (to === this.self) this.ownMessages.push({ kind: 'call', call: `${OWN_CALL}${request}`, request: this.#plain(message) });
    else this.emit({ kind: 'call', request, to, message, timeout_ms });
  }

  answer(call: string, answer: Answer): void {
    if (call.startsWith(OWN_CALL)) {
      const request = call.slice(OWN_CALL.length);
      this.ownMessages.push({ kind: 'result', request, outcome: { kind: 'answer', answer: this.#plain(answer) } });
    } else {
      this.emit({ kind: 'answer', call, answer });
    }
  }

  /** Where the state is changed in place, nothing of it that leaves the step is changed later, so it need not be copied. */
  #plain<T>(value: T): T {
    return this.#drafted ? plain(value) : value;
  }

  setTimer(timer: string, after_ms: number): void {
    this.emit({ kind: 'set-timer', timer, after_ms: Math.max(0, after_ms) });
  }

  cancelTimer(timer: string): void {
    this.emit({ kind: 'cancel-timer', timer });
  }

  log(text: string): void {
    this.emit({ kind: 'log', background: false, text });
  }

  logBackground(text: string): void {
    this.emit({ kind: 'log', background: true, text });
  }
}
