import type { GroupRecord } from '../management-files/group.ts';
import { managerOf, successors } from '../ring/ring-order.ts';
import type { MethodConfiguration } from './method.ts';

/** The server that manages, or would manage, `target` with priority 1, by the members of the group. `target` itself need not be one. */
export function firstManagerOf(
  { method, management_server }: MethodConfiguration,
  group: readonly GroupRecord[],
  target: GroupRecord,
): string | undefined {
  switch (method) {
    case 'ring':
    case 'p2p':
      return managerOf(group, target);
    case 'dedicated':
      return target.server !== management_server && group.some(({ server }) => server === management_server)
        ? management_server
        : undefined;
  }
}

/** Whether a server is the one that a dedicated method has; nobody manages it. */
export function isManagementServer({ method, management_server }: MethodConfiguration, server: string): boolean {
  return method === 'dedicated' && server === management_server;
}

/** The server that manages `target` with priority 2 (§2.2): the one after it, where that is not the one before it as well. */
export function secondManagerOf({ method }: MethodConfiguration, group: readonly GroupRecord[], target: GroupRecord): string | undefined {
  if (method !== 'p2p') return undefined;
  const others = successors(group, target);
  return others.length < 2 ? undefined : others[0];
}

/**
 * Who recovers a target when the server that did so is out of the group: its next manager in the ring, and in the P2P method the server that has waited with
 * priority 2 (§2.3).
 */
export function nextRecovererOf(
  configuration: MethodConfiguration,
  group: readonly GroupRecord[],
  target: GroupRecord,
): string | undefined {
  return secondManagerOf(configuration, group, target) ?? firstManagerOf(configuration, group, target);
}
