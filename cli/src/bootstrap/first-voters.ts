import type { VoterStatus } from '@dbss/agent/protocol/status.ts';
import type { ConfiguredVoter, VotersConfiguration } from '@dbss/agent/protocol/ownership/voters-configuration.ts';
import type { AgentClient } from '../deploy/agent-client.ts';
import { BrokenError } from '../errors.ts';
import { ownershipOf } from '../generate/agent-configuration.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { pollUntil } from './poll-until.ts';

const LIMIT_MS = 30_000;
const EVERY_MS = 500;

/** What is asked of the agents. */
export type VoterAgents = Pick<AgentClient, 'status' | 'witnessStatus' | 'installVoters'>;

/** A voter as its agent tells it; `undefined`: it does not answer, or does not vote yet. */
type Seen = ReadonlyMap<string, VoterStatus | undefined>;

/**
 * Give the voters of a new ring their first configuration: term 1, version 1, every voter of the inventory with the identity that its disk has. Voters that
 * have one keep it: from then on the ring itself changes it, and nothing is restored from an inventory. A bootstrap that was interrupted here goes on
 * with the same configuration.
 *
 * A machine without one in a ring that has one was added, or has got a new disk. It gets the newest, in which its disk has no vote: whom to ask for its address it
 * has to know before the ring makes it a voter, and a separated server would not return otherwise.
 *
 * @returns what was done, in a few words
 * @throws BrokenError naming the voters that do not answer
 */
export async function installFirstVoters(
  inventory: Inventory,
  client: VoterAgents,
  options: { readonly signal: AbortSignal; readonly limit_ms?: number; readonly every_ms?: number },
): Promise<string> {
  if (inventory.quorum === 'none') return 'no majority is asked (dbss_quorum: none)';
  const { limit_ms = LIMIT_MS, every_ms = EVERY_MS, signal } = options;
  const voters = ownershipOf(inventory).voters;
  const { seen, enough } = await pollUntil(
    () => seeVoters(client, voters),
    (all) => [...all.values()].every((voter) => voter !== undefined),
    { limit_ms, every_ms, signal },
  );
  const present = newest([...seen.values()].flatMap((voter) => voter?.configuration ?? []));
  // A ring that runs bears voters that are away; a new one begins with all of them.
  if (!enough && present === undefined) throw notThere(seen, limit_ms);
  const configuration = present ?? { term: 1, version: 1, voters: configured(voters, seen) };
  const without = [...seen].filter(([, voter]) => voter !== undefined && voter.configuration === undefined).map(([name]) => name);
  for (const name of without) await client.installVoters(name, configuration);
  const voteless = without.filter(
    (name) => !configuration.voters.some((voter) => voter.name === name && voter.uuid === seen.get(name)?.uuid),
  );
  return [
    without.length === 0 ? 'the voters have theirs already' : `given to ${without.join(', ')}`,
    ...(voteless.length === 0 ? [] : [`no voter yet, because it is new or has a new disk: ${voteless.join(', ')}`]),
  ].join('; ');
}

async function seeVoters(client: VoterAgents, voters: readonly { readonly name: string; readonly witness: boolean }[]): Promise<Seen> {
  return new Map(
    await Promise.all(
      voters.map(async ({ name, witness }) => {
        try {
          const status = witness ? await client.witnessStatus(name) : await client.status(name);
          return [name, status.voter] as const;
        } catch (error) {
          if (error instanceof BrokenError) return [name, undefined] as const;
          throw error;
        }
      }),
    ),
  );
}

function newest(configurations: readonly VotersConfiguration[]): VotersConfiguration | undefined {
  return [...configurations].sort((one, other) => other.term - one.term || other.version - one.version)[0];
}

function configured(voters: readonly { readonly name: string; readonly weight: number }[], seen: Seen): ConfiguredVoter[] {
  return voters.map(({ name, weight }) => ({ name, weight, uuid: seen.get(name)?.uuid ?? '' }));
}

function notThere(seen: Seen, limit_ms: number): BrokenError {
  const missing = [...seen].filter(([, voter]) => voter === undefined).map(([name]) => name);
  return new BrokenError(
    `${missing.join(', ')}: no voter answers there after ${String(limit_ms / 1000)} s, and a new ring begins with all of them`,
    {
      hint: `Look at \`systemctl status dbss-agent\` on ${missing[0] ?? ''}, then run the same command again.`,
    },
  );
}
