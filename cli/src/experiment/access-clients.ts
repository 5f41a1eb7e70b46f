import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import { type AccessAttempt, summarizeAccess } from '../lab/client/access-log.ts';
import { runLabClient } from '../lab/client/lab-client.ts';

/** §5.2: the client accesses the server in one-second intervals. */
const INTERVAL_MS = 1_000;
const LOOK_EVERY_MS = 250;
/** Attempts that must have been served one after the other before a failure means something. */
const SERVED_BEFORE = 3;
/** How long a client may take until it has been served so often. */
const WARM_UP_MS = 30_000;

/** One client for each of several servers, all at work at the same time. */
export class AccessClients {
  readonly #attempts: ReadonlyMap<string, AccessAttempt[]>;
  readonly #ending = new AbortController();
  readonly #running: Promise<unknown>;
  #failure: Error | undefined;

  /** Starts them. */
  constructor(inventory: Inventory, servers: readonly string[]) {
    this.#attempts = new Map(servers.map((server) => [server, []]));
    this.#running = Promise.all(
      [...this.#attempts].map(async ([server, attempts]) => {
        try {
          await runLabClient(inventory, {
            server,
            interval_ms: INTERVAL_MS,
            timeout_ms: INTERVAL_MS,
            signal: this.#ending.signal,
            onAttempt: (attempt) => attempts.push(attempt),
          });
        } catch (error) {
          this.#failure ??= error instanceof Error ? error : new Error(String(error));
        }
      }),
    );
  }

  /** Wait until each client was served several times in a row. @returns those that were not within half a minute */
  async untilServed(signal: AbortSignal): Promise<readonly string[]> {
    const isServed = (attempts: readonly AccessAttempt[]): boolean =>
      attempts.length >= SERVED_BEFORE && attempts.slice(-SERVED_BEFORE).every(({ ok }) => ok);
    return this.#until(isServed, WARM_UP_MS, signal);
  }

  /**
   * Wait until each client that a failure has cut off is served again.
   *
   * @param since_ms Unix time of the failure
   * @returns those that are not when the time is over
   */
  async untilServedAgain(since_ms: number, limit_ms: number, signal: AbortSignal): Promise<readonly string[]> {
    const isBack = (attempts: readonly AccessAttempt[]): boolean =>
      summarizeAccess(attempts).disconnections.some(({ to_ms }) => to_ms !== null && to_ms > since_ms);
    return this.#until(isBack, limit_ms, signal);
  }

  /**
   * Stop them.
   * @returns their attempts by server
   * @throws what a client broke with
   */
  async stop(): Promise<Readonly<Record<string, readonly AccessAttempt[]>>> {
    this.#ending.abort();
    await this.#running;
    this.#throwFailure();
    return Object.fromEntries(this.#attempts);
  }

  async #until(holds: (attempts: readonly AccessAttempt[]) => boolean, limit_ms: number, signal: AbortSignal): Promise<readonly string[]> {
    const deadline_ms = performance.now() + limit_ms;
    for (;;) {
      signal.throwIfAborted();
      this.#throwFailure();
      const open = [...this.#attempts].filter(([, attempts]) => !holds(attempts)).map(([server]) => server);
      if (open.length === 0 || performance.now() >= deadline_ms) return open;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
