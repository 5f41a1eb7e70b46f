import type { AgentClient } from '../deploy/agent-client.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { mergeRing } from './merge-ring.ts';
import type { ServerAnswer } from './merge-ring.ts';
import type { RingView } from './ring-view.ts';

/**
 * Ask all servers at the same time what they do and make one picture of it. Dead servers cost the client's timeout, not more.
 */
export async function askRing(inventory: Inventory, client: AgentClient): Promise<RingView> {
  return mergeRing(inventory.cluster, inventory.servers, await askStatuses(inventory, client));
}

/** What each server says of itself, or why it does not. */
export async function askStatuses(inventory: Inventory, client: AgentClient): Promise<ReadonlyMap<string, ServerAnswer>> {
  const answers = await Promise.all(
    inventory.servers.map(async ({ name }): Promise<readonly [string, ServerAnswer]> => {
      try {
        return [name, { status: await client.status(name) }];
      } catch (error) {
        return [name, { unreachable: (error as Error).message }];
      }
    }),
  );
  return new Map(answers);
}
