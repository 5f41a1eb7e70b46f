import type { AgentMetrics } from '@dbss/agent/protocol/metrics.ts';
import { AgentClient } from '../deploy/agent-client.ts';
import { orderReturn } from '../deploy/order-return.ts';
import { BrokenError } from '../errors.ts';
import { abnormalities } from '../inspect/abnormalities.ts';
import { askRing } from '../inspect/ask-ring.ts';
import { timedLines } from '../inspect/log-records.ts';
import { readSystemLog } from '../inspect/system-logs.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { type NotRead, readEach } from './read-each.ts';
import type { ServerLogLine } from './run-record.ts';
import { untilHeld } from './until-held.ts';

/** The ring of a lab as an experiment looks at it: through the agents' control sockets and the system logs. Close it when done. */
export class RingOfLab {
  readonly inventory: Inventory;
  readonly #client: AgentClient;
  #settled = false;

  constructor(inventory: Inventory) {
    this.inventory = inventory;
    this.#client = new AgentClient(statePaths(inventory.path).sshConfig);
  }

  /** What is not normal now: a server not managed, an address not held by its server, a standby not suspended. Empty when all is normal. */
  async abnormalities(): Promise<readonly string[]> {
    return abnormalities(await askRing(this.inventory, this.#client));
  }

  /** Whether all had been normal for an interval when that was last waited for. */
  get isSettled(): boolean {
    return this.#settled;
  }

  /**
   * Wait until all has been normal for a whole monitoring interval.
   *
   * @returns what is not normal when the time is over; empty when all is
   * @throws AbortError when the signal is aborted
   */
  async untilNormal(limit_ms: number, signal: AbortSignal): Promise<readonly string[]> {
    this.#settled = false;
    const hold = { hold_ms: this.inventory.timing.interval_ms, limit_ms, signal };
    const abnormal = await untilHeld(() => this.abnormalities(), hold);
    this.#settled = abnormal.length === 0;
    return abnormal;
  }

  /**
   * Servers that fail as often as here would be held back (decision 0217): what the ring remembers of their failures is forgotten.
   * @throws BrokenError when the ring does not do so
   */
  async forgetFailures(servers: readonly string[]): Promise<void> {
    for (const server of servers) {
      try {
        await orderReturn(this.inventory, this.#client, server);
      } catch (cause) {
        throw new BrokenError(`the ring does not forget earlier failures of ${server}`, { cause });
      }
    }
  }

  /** What the agents count, by server. */
  async metrics(server: string): Promise<AgentMetrics> {
    return this.#client.metrics(server);
  }

  /**
   * What all servers have logged from a moment on, in the order of time.
   * @returns the lines, and which logs could not be read
   */
  async logSince(from_ms: number): Promise<{ readonly lines: readonly ServerLogLine[]; readonly notRead: readonly NotRead[] }> {
    const names = this.inventory.servers.map(({ name }) => name);
    const { results, notRead } = await readEach(names, (server) => readSystemLog(statePaths(this.inventory.path).sshConfig, server));
    const lines = results.flatMap(({ server, result: { text, utcOffset_min } }) =>
      timedLines(text, utcOffset_min).flatMap((line): readonly ServerLogLine[] => (line.time_ms < from_ms ? [] : [{ server, ...line }])),
    );
    return { lines: lines.sort((a, b) => a.time_ms - b.time_ms), notRead };
  }

  close(): void {
    this.#client.close();
  }
}
