import type { GroupRecord } from '../management-files/group.ts';
import { successors } from '../ring/ring-order.ts';

/**
 * Dual monitoring before external monitoring (§4.1, A2 of §4.3): the targets that `self` examines in this interval. It is the next server, and
 * while a server's heartbeat is missing also the one after it, by the dynamic management extension method.
 */
export function targetsToExamine(group: readonly GroupRecord[], self: string, stale: ReadonlySet<string>): string[] {
  const own = group.find((record) => record.server === self);
  if (own === undefined) return [];
  const targets: string[] = [];
  for (const server of successors(group, own)) {
    targets.push(server);
    if (!stale.has(server)) break;
  }
  return targets;
}
