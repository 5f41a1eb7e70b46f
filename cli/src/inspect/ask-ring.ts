import type { AgentClient } from '../deploy/agent-client.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { mergeRing } from './merge-ring.ts';
import type { ServerAnswer } from './merge-ring.ts';
import type { RingView, WitnessView } from './ring-view.ts';

/**
 * Ask all servers and the witness at the same time what they do and make one picture of it. Dead ones cost the client's timeout, not more.
 */
export async function askRing(inventory: Inventory, client: AgentClient): Promise<RingView> {
  const [answers, witness] = await Promise.all([
    askStatuses(inventory, client),
    inventory.witness === undefined ? null : askWitness(client, inventory.witness.name),
  ]);
  return mergeRing(inventory, inventory.servers, answers, witness);
}

/** What each server says of itself, or why it does not. */
export async function askStatuses(inventory: Inventory, client: Pick<AgentClient, 'status'>): Promise<ReadonlyMap<string, ServerAnswer>> {
  return new Map(await Promise.all(inventory.servers.map(async ({ name }) => [name, await askServer(client, name)] as const)));
}

async function askServer(client: Pick<AgentClient, 'status'>, name: string): Promise<ServerAnswer> {
  try {
    return { status: await client.status(name) };
  } catch (error) {
    return { unreachable: (error as Error).message };
  }
}

async function askWitness(client: AgentClient, name: string): Promise<WitnessView> {
  try {
    await client.witnessStatus(name);
    return { name, state: 'reachable', unreachable: null };
  } catch (error) {
    return { name, state: 'unreachable', unreachable: (error as Error).message };
  }
}
