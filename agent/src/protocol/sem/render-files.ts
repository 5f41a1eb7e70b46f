import { formatGroup, parseGroup } from '../management-files/group.ts';
import { textOf } from '../management-files/lines.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';
import type { MethodConfiguration } from '../method/method.ts';
import { operationFromGroup } from '../management-files/operation.ts';
import { membershipKey, type SharedFile, type SharedRecords } from './shared-records.ts';

/**
 * Management files that say what the records say: the same records give the same bytes on every server, whatever order they came in. Only a separated
 * server has a virtual server; the operation file is made from the group file (§2.4). Heartbeats and management data stay.
 */
export function renderFiles(records: SharedRecords, files: ManagementFiles, configuration: MethodConfiguration): ManagementFiles {
  const lines = (file: SharedFile): string[] =>
    Object.values(records).flatMap((record) => (record.file === file && record.line !== '' ? [record.line] : []));
  const problem = Object.values(records)
    .filter((record) => record.file === 'problem' && record.line !== '')
    .filter(({ subject }) => records[membershipKey(subject)]?.file === 'separation')
    .map(({ line }) => line)
    .sort();
  const group = formatGroup(parseGroup(textOf(lines('group'))));
  return {
    ...files,
    group,
    separation: formatGroup(parseGroup(textOf(lines('separation')))),
    problem: textOf(problem),
    operation: group === files.group ? files.operation : operationFromGroup(group, configuration),
  };
}
