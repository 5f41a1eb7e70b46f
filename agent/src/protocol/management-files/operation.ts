import type { MethodConfiguration, Priority } from '../method/method.ts';
import { type GroupRecord, parseGroup } from './group.ts';
import { fieldsOf, linesOf, textOf } from './lines.ts';

/** A record of the operation file: who manages whom (§2.4, Fig. 4). In the P2P method it says with which priority as well (§2.2). */
export interface OperationRecord {
  readonly manager: string;
  readonly target: string;
  readonly dataName: string;
  readonly priority: Priority;
}

/**
 * Operation file made from the group file. In the ring each server manages the next, the last the first. In the P2P method it manages the one before it
 * with priority 2 too. A dedicated management server manages all the others. A group of one manages nobody (§2.1, §2.2, §2.4).
 */
export function operationFromGroup(groupText: string, configuration: MethodConfiguration): string {
  return textOf(
    operationRecords(parseGroup(groupText), configuration).map(
      ({ manager, target, dataName, priority }) =>
        `${manager} ${target} ${dataName}${configuration.method === 'p2p' ? ` P${String(priority)}` : ''}`,
    ),
  );
}

/** Records of an operation file; lines that are no record are left out. */
export function parseOperation(text: string): OperationRecord[] {
  return linesOf(text).flatMap((line) => {
    const [manager, target, dataName, priority] = fieldsOf(line, 3) ?? fieldsOf(line, 4) ?? [];
    if (manager === undefined || target === undefined || dataName === undefined) return [];
    if (priority !== undefined && priority !== 'P1' && priority !== 'P2') return [];
    return [{ manager, target, dataName, priority: priority === 'P2' ? 2 : 1 }];
  });
}

function operationRecords(group: readonly GroupRecord[], { method, management_server }: MethodConfiguration): OperationRecord[] {
  switch (method) {
    case 'ring':
      return neighbours(group, 1);
    case 'p2p':
      // Of two servers each is the only manager of the other.
      return [...neighbours(group, 1), ...(group.length < 3 ? [] : neighbours(group, 2))];
    case 'dedicated': {
      const manager = group.find(({ server }) => server === management_server)?.server;
      if (manager === undefined) return [];
      return group
        .filter(({ server }) => server !== manager)
        .map(({ server, dataName }) => ({ manager, target: server, dataName, priority: 1 }));
    }
  }
}

/** Each server with the one after it as its target (priority 1), or the one before it (priority 2). */
function neighbours(group: readonly GroupRecord[], priority: Priority): OperationRecord[] {
  if (group.length < 2) return [];
  const distance = priority === 1 ? 1 : group.length - 1;
  return group.flatMap((record, index) => {
    const target = group[(index + distance) % group.length];
    return target === undefined ? [] : [{ manager: record.server, target: target.server, dataName: target.dataName, priority }];
  });
}
