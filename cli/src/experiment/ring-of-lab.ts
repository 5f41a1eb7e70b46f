import { setTimeout as delay } from 'node:timers/promises';
import type { AgentMetrics } from '@dbss/agent/protocol/metrics.ts';
import { AgentClient } from '../deploy/agent-client.ts';
import { orderReturn } from '../deploy/order-return.ts';
import { abnormalities } from '../inspect/abnormalities.ts';
import { askRing } from '../inspect/ask-ring.ts';
import { timedLines } from '../inspect/log-records.ts';
import { readSystemLog } from '../inspect/system-logs.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import type { ServerLogLine } from './run-record.ts';

/** Often enough for a wait of minutes, and rarely enough to disturb nobody on a machine with few cores. */
const LOOK_EVERY_MS = 2_000;

/** The ring of a lab as an experiment looks at it: through the agents' control sockets and the system logs. Close it when done. */
export class RingOfLab {
  readonly inventory: Inventory;
  readonly #client: AgentClient;

  constructor(inventory: Inventory) {
    this.inventory = inventory;
    this.#client = new AgentClient(statePaths(inventory.path).sshConfig);
  }

  /** What is not normal now: a server not managed, an address not held by its server, a standby not suspended. Empty when all is normal. */
  async abnormalities(): Promise<readonly string[]> {
    return abnormalities(await askRing(this.inventory, this.#client));
  }

  /**
   * Wait until all has been normal for a whole monitoring interval.
   *
   * @param onChange told what is not normal, each time that it is something else
   * @returns what is not normal when the time is over; empty when all is
   * @throws AbortError when the signal is aborted
   */
  async untilNormal(
    limit_ms: number,
    signal: AbortSignal,
    onChange: (abnormal: readonly string[]) => void = () => undefined,
  ): Promise<readonly string[]> {
    const deadline_ms = performance.now() + limit_ms;
    let normalSince_ms: number | undefined;
    let told = '';
    for (;;) {
      signal.throwIfAborted();
      const abnormal = await this.abnormalities();
      const now_ms = performance.now();
      if (abnormal.length > 0) normalSince_ms = undefined;
      else normalSince_ms ??= now_ms;
      if (normalSince_ms !== undefined && now_ms - normalSince_ms >= this.inventory.timing.interval_ms) return [];
      if (abnormal.length > 0 && now_ms >= deadline_ms) return abnormal;
      if (abnormal.join() !== told) onChange(abnormal);
      told = abnormal.join();
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  /** Servers that fail as often as here would be held back (decision 0217): what the ring remembers of their failures is forgotten. */
  async forgetFailures(servers: readonly string[]): Promise<void> {
    for (const server of servers) await orderReturn(this.inventory, this.#client, server);
  }

  /** What the agents count, by server. */
  async metrics(server: string): Promise<AgentMetrics> {
    return this.#client.metrics(server);
  }

  /**
   * What all servers have logged from a moment on, in the order of time.
   * @returns the lines, and in words which logs could not be read
   */
  async logSince(from_ms: number): Promise<{ readonly lines: readonly ServerLogLine[]; readonly notRead: readonly string[] }> {
    const notRead: string[] = [];
    const logs = await Promise.all(
      this.inventory.servers.map(async ({ name }): Promise<readonly ServerLogLine[]> => {
        try {
          const { text, utcOffset_min } = await readSystemLog(statePaths(this.inventory.path).sshConfig, name);
          return timedLines(text, utcOffset_min).flatMap((line) => (line.time_ms < from_ms ? [] : [{ server: name, ...line }]));
        } catch (error) {
          notRead.push((error as Error).message);
          return [];
        }
      }),
    );
    return { lines: logs.flat().sort((a, b) => a.time_ms - b.time_ms), notRead };
  }

  close(): void {
    this.#client.close();
  }
}
