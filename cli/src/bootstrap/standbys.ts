import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import type { StandbyState } from '@dbss/agent/protocol/recovery/standby.ts';
import type { AgentClient } from '../deploy/agent-client.ts';
import { BrokenError } from '../errors.ts';
import type { OutdatedStandby } from './bootstrap-record.ts';
import { pollUntil } from './poll-until.ts';

/** What was seen of one server's standby; `unreachable` when its agent does not answer (yet). */
export type SeenStandby = StandbyState | 'unreachable';

/** What is asked of the agents. */
export type StandbyAgents = Pick<AgentClient, 'status' | 'resetStandby'>;

export interface StandbyOptions {
  readonly servers: readonly string[];
  /** Servers whose standby was made from another original server than the one that lies there now, or nobody knows from which. */
  readonly outdated: ReadonlyMap<string, OutdatedStandby>;
  readonly limit_ms: number;
  readonly every_ms: number;
  readonly signal: AbortSignal;
  readonly onProgress: (seen: ReadonlyMap<string, SeenStandby>) => void;
  /** Told once of each server whose standby is being made from the present original server: whatever comes of it, it is no older one. */
  readonly onMade: (server: string) => void;
}

/**
 * See to it that each server has a pristine standby of the present original server, suspended. A standby that is a virtual server now
 * is left alone: it becomes pristine when its target is back. Where a ring runs, suspended ones are made anew one after the other, so that a server that
 * fails meanwhile finds a host.
 *
 * @returns servers whose standby now is of the present original server
 * @throws BrokenError naming the servers without one and what to do
 */
export async function prepareStandbys(client: StandbyAgents, options: StandbyOptions): Promise<readonly string[]> {
  const making = new Making(client, options);
  const { seen, enough } = await pollUntil(
    async () => {
      const states = new Map(await Promise.all(options.servers.map(async (server) => [server, await making.orderAndSee(server)] as const)));
      options.onProgress(states);
      return states;
    },
    (states) => [...states].every(([server, state]) => isReady(state) && (inUse(state) || making.isOfPresent(server))),
    options,
  );
  if (!enough) throw standbysMissing(seen, (server) => making.isOfPresent(server), options.limit_ms);
  return [...seen].filter(([, state]) => state === 'suspended').map(([server]) => server);
}

/** Which standbys are being made, by an order or by the agent itself. */
class Making {
  readonly #client: StandbyAgents;
  readonly #options: StandbyOptions;
  readonly #ordered = new Set<string>();
  readonly #made = new Set<string>();
  /** The server of a running ring that makes its standby anew now. */
  #renewing: string | undefined;

  constructor(client: StandbyAgents, options: StandbyOptions) {
    this.#client = client;
    this.#options = options;
  }

  isOfPresent(server: string): boolean {
    return this.#made.has(server) || !this.#options.outdated.has(server);
  }

  /** Look at a server's standby, and order it made where it has none or not the right one; at most once. */
  async orderAndSee(server: string): Promise<SeenStandby> {
    const status = await statusOrUndefined(this.#client, server);
    if (status === undefined) return 'unreachable';
    const { state } = status.standby;
    // Before the first management files nothing but the start of the agent resets a standby, and it starts when the original server lies there. In a ring
    // that runs a reset may have begun before that was replaced.
    const byItself = state === 'resetting' && status.executor === 'waiting-for-files' && this.#options.outdated.get(server) === 'unknown';
    if (byItself) this.#note(server);
    // One that serves a server which failed meanwhile keeps nobody waiting either.
    if (this.#renewing === server && isReady(state)) this.#renewing = undefined;
    if (this.#ordered.has(server) || (state !== 'absent' && (state !== 'suspended' || this.isOfPresent(server)))) return state;
    if (state === 'suspended' && status.executor === 'running') {
      if (this.#renewing !== undefined) return state;
      this.#renewing = server;
    }
    await this.#client.resetStandby(server);
    this.#ordered.add(server);
    this.#note(server);
    return 'resetting';
  }

  #note(server: string): void {
    if (this.#made.has(server)) return;
    this.#made.add(server);
    this.#options.onMade(server);
  }
}

/** An agent that has just been restarted does not answer for a moment; one that stays silent is told of at the end. */
async function statusOrUndefined(client: StandbyAgents, server: string): Promise<AgentStatus | undefined> {
  try {
    return await client.status(server);
  } catch (error) {
    if (error instanceof BrokenError) return undefined;
    throw error;
  }
}

function inUse(state: SeenStandby): boolean {
  return state === 'creating' || state === 'created' || state === 'serving';
}

function isReady(state: SeenStandby): boolean {
  return state === 'suspended' || inUse(state);
}

function standbysMissing(seen: ReadonlyMap<string, SeenStandby>, isOfPresent: (server: string) => boolean, limit_ms: number): BrokenError {
  const missing = [...seen].filter(([server, state]) => !isReady(state) || (state === 'suspended' && !isOfPresent(server)));
  const words = (state: SeenStandby): string => {
    if (state === 'unreachable') return 'unknown, the agent does not answer';
    return state === 'suspended' ? 'suspended, but not known to be of the present original server' : state;
  };
  const lines = missing.map(([server, state]) => `  ${server}: its standby is ${words(state)}`);
  const first = missing[0]?.[0] ?? '';
  return new BrokenError(`no suspended standby after ${limit_ms / 1000} s\n${lines.join('\n')}`, {
    hint: `\`dbssctl log ${first}\` says why; \`journalctl -u dbss-agent -u libvirtd\` on ${first} says more. Then run the same command again.`,
  });
}
