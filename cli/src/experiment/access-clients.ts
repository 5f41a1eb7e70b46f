import { setTimeout as delay } from 'node:timers/promises';
import { BrokenError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { AccessAttempt } from '../lab/client/access-log.ts';
import { runLabClient } from '../lab/client/lab-client.ts';
import { inWords } from './keep-going.ts';
import { disconnectionsOf } from './measure-targets.ts';
import type { FaultDone } from './run-record.ts';

/** §5.2: the client accesses the server in one-second intervals. */
export const ACCESS_INTERVAL_MS = 1_000;
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
  /** Errors by server. */
  readonly #broken = new Map<string, unknown>();

  /**
   * Starts them.
   * @param phase_ms Unix time modulo a second at which attempts start; without it at once
   */
  constructor(inventory: Inventory, servers: readonly string[], phase_ms?: number) {
    this.#attempts = new Map(servers.map((server) => [server, []]));
    this.#running = Promise.all(
      [...this.#attempts].map(async ([server, attempts]) => {
        try {
          await runLabClient(inventory, {
            server,
            interval_ms: ACCESS_INTERVAL_MS,
            timeout_ms: ACCESS_INTERVAL_MS,
            phase_ms,
            signal: this.#ending.signal,
            onAttempt: (attempt) => attempts.push(attempt),
          });
        } catch (error) {
          this.#broken.set(server, error);
        }
      }),
    );
  }

  /** Wait until each client was served several times in a row. @returns those that were not within half a minute */
  async untilServed(signal: AbortSignal): Promise<readonly string[]> {
    return this.#until(isServed, WARM_UP_MS, signal);
  }

  /** Whether each client was served several times in a row up to now. */
  areServed(): boolean {
    return this.#broken.size === 0 && [...this.#attempts.values()].every(isServed);
  }

  /**
   * Wait until each client that a failure has cut off is served again.
   *
   * @returns those that are not when the time is over
   * @throws BrokenError when a client broke
   */
  async untilServedAgain(faults: readonly FaultDone[], limit_ms: number, signal: AbortSignal): Promise<readonly string[]> {
    const isBack = (attempts: readonly AccessAttempt[], server: string): boolean =>
      faults
        .filter((fault) => fault.server === server)
        .every((fault) => disconnectionsOf(fault, attempts).some(({ to_ms }) => to_ms !== null));
    return this.#until(isBack, limit_ms, signal);
  }

  /**
   * Stop them.
   * @returns by server, their attempts, and in words what one broke with
   */
  async stop(): Promise<{
    readonly access: Readonly<Record<string, readonly AccessAttempt[]>>;
    readonly broken: Readonly<Record<string, string>>;
  }> {
    this.#ending.abort();
    await this.#running;
    return {
      access: Object.fromEntries(this.#attempts),
      broken: Object.fromEntries([...this.#broken].map(([server, error]) => [server, inWords(error)])),
    };
  }

  async #until(
    holds: (attempts: readonly AccessAttempt[], server: string) => boolean,
    limit_ms: number,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const deadline_ms = performance.now() + limit_ms;
    for (;;) {
      signal.throwIfAborted();
      this.#throwFailure();
      const open = [...this.#attempts].filter(([server, attempts]) => !holds(attempts, server)).map(([server]) => server);
      if (open.length === 0 || performance.now() >= deadline_ms) return open;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  #throwFailure(): void {
    const [first] = this.#broken;
    if (first !== undefined) throw new BrokenError(`the client of ${first[0]} broke`, { cause: first[1] });
  }
}

function isServed(attempts: readonly AccessAttempt[]): boolean {
  return attempts.length >= SERVED_BEFORE && attempts.slice(-SERVED_BEFORE).every(({ ok }) => ok);
}
