import { fieldsOf, linesOf, textOf } from './lines.ts';

/** A record of the group file, and of the separation file while its server is down (§2.4). */
export interface GroupRecord {
  readonly number: number;
  readonly server: string;
  readonly dataName: string;
}

export function formatGroupRecord(record: GroupRecord): string {
  return `${String(record.number)} ${record.server} ${record.dataName}`;
}

/** Group or separation file: records in ring order, whatever order they were edited in. */
export function formatGroup(records: readonly GroupRecord[]): string {
  return textOf([...records].sort((a, b) => a.number - b.number).map(formatGroupRecord));
}

/** How many texts the records of which are remembered. */
const REMEMBERED = 8;
const remembered = new Map<string, readonly GroupRecord[]>();

/**
 * Records of a group or separation file. Lines that are no record are left out. The file is asked for with each heartbeat and seldom changes, so the
 * records of the last texts are kept; nobody changes them.
 */
export function parseGroup(text: string): readonly GroupRecord[] {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const records = linesOf(text).flatMap((line) => {
    const fields = fieldsOf(line, 3);
    const [number, server, dataName] = fields ?? [];
    if (number === undefined || server === undefined || dataName === undefined || !/^[1-9]\d*$/.test(number)) return [];
    return [{ number: Number(number), server, dataName }];
  });
  remembered.set(text, records);
  for (const oldest of remembered.keys()) if (remembered.size > REMEMBERED) remembered.delete(oldest);
  return records;
}
