import { CONNECTION_RATE, CONNECTIONS_AN_ADDRESS, MOST_ADDRESSES, STRANGERS_CONNECTIONS } from './limits.ts';
import type { RefusalKind } from './refusals.ts';
import { TokenBucket } from './token-bucket.ts';

interface Caller {
  connections: number;
  readonly rate: TokenBucket;
}

/** Who may connect, before anything is known of him but his address: how many at a time and how fast, each address and all strangers. */
export class AddressLimits {
  readonly #members: ReadonlySet<string>;
  readonly #now_ms: () => number;
  readonly #callers = new Map<string, Caller>();
  #strangers = 0;

  /** @param members addresses from which the ring's members connect */
  constructor(members: readonly string[], now_ms: () => number) {
    this.#members = new Set(members);
    this.#now_ms = now_ms;
  }

  /** A connection has come. To be told of its end by `ended`, also when it is refused. @returns why it is refused */
  begun(address: string): RefusalKind | undefined {
    const known = this.#callers.get(address);
    const caller = known ?? { connections: 0, rate: new TokenBucket(CONNECTION_RATE, this.#now_ms) };
    this.#callers.set(address, caller);
    caller.connections += 1;
    if (!this.#members.has(address)) this.#strangers += 1;
    const crowded = !this.#members.has(address) && (this.#strangers > STRANGERS_CONNECTIONS || this.#callers.size > MOST_ADDRESSES);
    if (crowded || caller.connections > CONNECTIONS_AN_ADDRESS) return 'connection over the limit';
    if (caller.rate.wait_ms() > 0) return 'connections too fast';
    caller.rate.take();
    return undefined;
  }

  ended(address: string): void {
    if (!this.#members.has(address)) this.#strangers -= 1;
    const caller = this.#callers.get(address);
    if (caller !== undefined) caller.connections -= 1;
  }

  /** Forget addresses of which nothing is to be remembered. To be called now and then. */
  forget(): void {
    for (const [address, { connections, rate }] of this.#callers) {
      if (connections === 0 && rate.isFull()) this.#callers.delete(address);
    }
  }
}
