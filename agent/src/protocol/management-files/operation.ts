import { type GroupRecord, parseGroup } from './group.ts';
import { fieldsOf, linesOf, textOf } from './lines.ts';

/** A record of the operation file: who manages whom (§2.4, Fig. 4). */
export interface OperationRecord {
  readonly manager: string;
  readonly target: string;
  readonly dataName: string;
}

/**
 * Operation file made from the group file by ring order: each server manages the next, the last the first. A ring of one manages
 * nobody (§2.2, §2.4).
 */
export function operationFromGroup(groupText: string): string {
  return textOf(operationRecords(parseGroup(groupText)).map((record) => `${record.manager} ${record.target} ${record.dataName}`));
}

export function parseOperation(text: string): OperationRecord[] {
  return linesOf(text).flatMap((line) => {
    const [manager, target, dataName] = fieldsOf(line, 3) ?? [];
    return manager === undefined || target === undefined || dataName === undefined ? [] : [{ manager, target, dataName }];
  });
}

function operationRecords(group: readonly GroupRecord[]): OperationRecord[] {
  if (group.length < 2) return [];
  return group.flatMap((record, index) => {
    const target = group[(index + 1) % group.length];
    return target === undefined ? [] : [{ manager: record.server, target: target.server, dataName: target.dataName }];
  });
}
