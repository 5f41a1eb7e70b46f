import { loadInventory } from '../../cli/src/inventory/load-inventory.ts';
import type { Inventory } from '../../cli/src/inventory/inventory.ts';
import { type AccessAttempt, accessLogLine, type Disconnection, summarizeAccess } from '../../cli/src/lab/client/access-log.ts';
import { runLabClient } from '../../cli/src/lab/client/lab-client.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expect } from './scenario.ts';

/** §5.2: the client accesses the server in one-second intervals. */
const INTERVAL_MS = 1_000;
const LOOK_EVERY_MS = 250;
/** Attempts served one after the other show that a client is served. */
const SERVED_IN_A_ROW = 3;
const SERVED_LIMIT_S = 60;
const LINES_SHOWN = 60;

/** Clients of servers, each of which does its whole work every second, as `dbssctl lab client SERVER` does. */
export class Clients {
  readonly #attempts: ReadonlyMap<string, AccessAttempt[]>;
  readonly #ending = new AbortController();
  readonly #running: Promise<unknown>;
  #broken: unknown;

  private constructor(inventory: Inventory, servers: readonly string[]) {
    this.#attempts = new Map(servers.map((server) => [server, []]));
    this.#running = Promise.all(servers.map(async (server) => this.#run(inventory, server)));
  }

  /** They are served when this returns. */
  static async of(lab: LabUnderTest, servers: readonly string[]): Promise<Clients> {
    const started_ms = Date.now();
    const clients = new Clients(await loadInventory(lab.inventory), servers);
    try {
      await clients.untilServed(servers, started_ms, { limit_s: SERVED_LIMIT_S });
    } catch (error) {
      await clients.stop();
      throw error;
    }
    return clients;
  }

  attemptsOf(server: string): readonly AccessAttempt[] {
    return this.#attempts.get(server) ?? [];
  }

  /** Waits until each of these was served so often in a row, by attempts that began after a moment. An error that tells what they saw instead. */
  async untilServed(
    servers: readonly string[],
    since_ms: number,
    { inARow = SERVED_IN_A_ROW, limit_s }: { readonly inARow?: number; readonly limit_s: number },
  ): Promise<void> {
    const deadline_ms = performance.now() + limit_s * 1000;
    const isServed = (server: string): boolean => {
      const last = this.attemptsOf(server)
        .filter(({ started_ms }) => started_ms >= since_ms)
        .slice(-inARow);
      return last.length === inARow && last.every(({ ok }) => ok);
    };
    let open = servers;
    for (;;) {
      if (this.#broken !== undefined) throw new Error('a client broke', { cause: this.#broken });
      open = open.filter((server) => !isServed(server));
      if (open.length === 0) return;
      const isLate = performance.now() > deadline_ms;
      expect(!isLate, `the clients of ${open.join(', ')} served ${String(inARow)} times in a row in ${String(limit_s)} s`, this.log(open));
      await pause(LOOK_EVERY_MS);
    }
  }

  /** The last lines of their access logs. */
  log(servers: readonly string[] = [...this.#attempts.keys()]): string {
    const logOf = (server: string): string => this.attemptsOf(server).slice(-LINES_SHOWN).map(accessLogLine).join('\n');
    return servers.map((server) => `the client of ${server} saw:\n${logOf(server)}`).join('\n');
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(inventory: Inventory, server: string): Promise<void> {
    const onAttempt = (attempt: AccessAttempt): void => {
      this.#attempts.get(server)?.push(attempt);
    };
    try {
      await runLabClient(inventory, { server, interval_ms: INTERVAL_MS, signal: this.#ending.signal, onAttempt });
    } catch (error) {
      this.#broken ??= error;
    }
  }
}

/** What a client lacked from a moment on, in the order of time. */
export function disconnectionsSince(attempts: readonly AccessAttempt[], from_ms: number): readonly Disconnection[] {
  return summarizeAccess(attempts.filter(({ ended_ms }) => ended_ms >= from_ms)).disconnections;
}

/** Attempts that lie wholly between two moments and were served. */
export function servedBetween(attempts: readonly AccessAttempt[], from_ms: number, until_ms: number): readonly AccessAttempt[] {
  return attempts.filter(({ ok, started_ms, ended_ms }) => ok && started_ms >= from_ms && ended_ms <= until_ms);
}
