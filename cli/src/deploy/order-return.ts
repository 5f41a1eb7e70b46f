import { UserError } from '../errors.ts';
import { askStatuses } from '../inspect/ask-ring.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { AgentClient } from './agent-client.ts';

/**
 * Have a server returned that is held back because it failed too often lately, and its history forgotten (decision 0217).
 *
 * @returns the server whose DBSS returns it
 * @throws UserError when no server that answers manages it
 */
export async function orderReturn(inventory: Inventory, client: AgentClient, target: string): Promise<string> {
  const statuses = await askStatuses(inventory, client);
  const running = [...statuses].flatMap(([server, answer]) => ('status' in answer ? [{ server, dbss: answer.status.dbss }] : []));
  const manager = running.find(({ dbss }) => dbss.some((one) => one.target === target && one.priority === undefined))?.server;
  if (manager === undefined) {
    throw new UserError(`no server that answers manages ${target}`, {
      hint: 'look at `dbssctl ring show`; a witness and a dedicated management server are managed by nobody',
    });
  }
  // Each server remembers what it has returned itself; another one may have to recover this target next.
  await Promise.all(running.map(({ server }) => client.returnTarget(server, target)));
  return manager;
}
