import { BrokenError, UserError } from '../errors.ts';
import { askStatuses } from '../inspect/ask-ring.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { AgentClient } from './agent-client.ts';

/** Who has the order. */
export interface OrderedReturn {
  readonly manager: string;
  readonly without: readonly string[];
}

/** What is asked of the agents. */
export type ReturningAgents = Pick<AgentClient, 'status' | 'returnTarget'>;

/**
 * Have a server returned that is held back because it failed too often lately, and its history forgotten (decision 0217).
 *
 * @returns the server whose DBSS returns it, and servers that have not got the order, which matters only if one of them recovers the target next
 * @throws UserError when no server that answers manages it; BrokenError when none answers, or its manager did not take the order
 */
export async function orderReturn(inventory: Inventory, client: ReturningAgents, target: string): Promise<OrderedReturn> {
  const statuses = await askStatuses(inventory, client);
  const running = [...statuses].flatMap(([server, answer]) => ('status' in answer ? [{ server, dbss: answer.status.dbss }] : []));
  const silent = [...statuses.values()].flatMap((answer) => ('unreachable' in answer ? [answer.unreachable] : []));
  if (running.length === 0) throw new BrokenError(`no server answers\n  ${silent.join('\n  ')}`, { hint: 'look at `dbssctl ring show`' });
  const manager = running.find(({ dbss }) => dbss.some((one) => one.target === target && one.priority === undefined))?.server;
  if (manager === undefined) {
    throw new UserError(`no server that answers manages ${target}`, {
      hint: 'look at `dbssctl ring show`; a witness and a dedicated management server are managed by nobody',
    });
  }
  // Each server remembers what it has returned itself; another one may have to recover this target next.
  await client.returnTarget(manager, target);
  const others = running.filter(({ server }) => server !== manager);
  const orders = await Promise.allSettled(others.map(({ server }) => client.returnTarget(server, target)));
  return { manager, without: others.flatMap(({ server }, index) => (orders[index]?.status === 'rejected' ? [server] : [])) };
}
