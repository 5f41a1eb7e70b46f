import { parseGroup } from './group.ts';
import { type ManagementData, parseManagementData } from './management-data.ts';
import type { ManagementFiles } from './management-files.ts';

/** Management data of a server, by its record in the group or the separation file (§2.4). */
export function dataOf(files: ManagementFiles | undefined, server: string): ManagementData | undefined {
  if (files === undefined) return undefined;
  const record = [...parseGroup(files.group), ...parseGroup(files.separation)].find((known) => known.server === server);
  const text = record === undefined ? undefined : files.data[record.dataName];
  return text === undefined ? undefined : parseManagementData(text);
}
