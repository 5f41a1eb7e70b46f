import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import type { StandbyState } from '@dbss/agent/protocol/recovery/standby.ts';
import type { AgentClient } from '../deploy/agent-client.ts';
import { BrokenError } from '../errors.ts';
import { pollUntil } from './poll-until.ts';

/** What was seen of one server's standby; `unreachable` when its agent does not answer (yet). */
export type SeenStandby = StandbyState | 'unreachable';

/** What is asked of the agents. */
export type StandbyAgents = Pick<AgentClient, 'status' | 'resetStandby'>;

export interface StandbyOptions {
  readonly servers: readonly string[];
  /** Servers whose standby was made from another original server than the one that lies there now. */
  readonly outdated: ReadonlySet<string>;
  readonly limit_ms: number;
  readonly every_ms: number;
  readonly signal: AbortSignal;
  readonly onProgress: (seen: ReadonlyMap<string, SeenStandby>) => void;
}

/**
 * See to it that each server has a pristine standby of the present original server, suspended. A standby that is a virtual server now
 * is left alone: it becomes pristine when its target is back.
 *
 * @returns servers whose standby now is of the present original server
 * @throws BrokenError naming the servers without one and what to do
 */
export async function prepareStandbys(client: StandbyAgents, options: StandbyOptions): Promise<readonly string[]> {
  const ordered = new Set<string>();
  const { seen, enough } = await pollUntil(
    async () => {
      const states = new Map(
        await Promise.all(
          options.servers.map(async (server) => [server, await orderAndSee(client, server, options.outdated, ordered)] as const),
        ),
      );
      options.onProgress(states);
      return states;
    },
    (states) =>
      [...states].every(([server, state]) => isReady(state) && (ordered.has(server) || !options.outdated.has(server) || inUse(state))),
    options,
  );
  if (!enough) throw standbysMissing(seen, options.limit_ms);
  return [...seen].filter(([, state]) => state === 'suspended').map(([server]) => server);
}

async function orderAndSee(
  client: StandbyAgents,
  server: string,
  outdated: ReadonlySet<string>,
  ordered: Set<string>,
): Promise<SeenStandby> {
  const status = await statusOrUndefined(client, server);
  if (status === undefined) return 'unreachable';
  const { state } = status.standby;
  if (ordered.has(server) || (state !== 'absent' && !(state === 'suspended' && outdated.has(server)))) return state;
  await client.resetStandby(server);
  ordered.add(server);
  return 'resetting';
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

function standbysMissing(seen: ReadonlyMap<string, SeenStandby>, limit_ms: number): BrokenError {
  const missing = [...seen].filter(([, state]) => !isReady(state));
  const lines = missing.map(
    ([server, state]) => `  ${server}: its standby is ${state === 'unreachable' ? 'unknown, the agent does not answer' : state}`,
  );
  const first = missing[0]?.[0] ?? '';
  return new BrokenError(`no suspended standby after ${limit_ms / 1000} s\n${lines.join('\n')}`, {
    hint: `\`dbssctl log ${first}\` says why; \`journalctl -u dbss-agent -u libvirtd\` on ${first} says more. Then run the same command again.`,
  });
}
