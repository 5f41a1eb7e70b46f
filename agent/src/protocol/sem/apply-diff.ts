import { formatGroup, parseGroup } from '../management-files/group.ts';
import { parseHeartbeat } from '../management-files/heartbeat.ts';
import { linesOf, textOf } from '../management-files/lines.ts';
import type { ManagementFileName, ManagementFiles } from '../management-files/management-files.ts';
import { operationFromGroup } from '../management-files/operation.ts';
import { parseProblem } from '../management-files/problem.ts';
import type { Change } from './diff.ts';

/**
 * Management files after the changes of one Diff.dat (§3.1). Applying the same changes again changes nothing. Records keep one order whatever
 * order the edits came in, so that files with the same records are the same bytes; the operation file is made anew from the group file (§2.4).
 */
export function applyDiff(files: ManagementFiles, changes: readonly Change[]): ManagementFiles {
  const edited = changes.reduce(applyChange, files);
  return edited.group === files.group ? edited : { ...edited, operation: operationFromGroup(edited.group) };
}

function applyChange(files: ManagementFiles, change: Change): ManagementFiles {
  if (change.file === 'heartbeat') return applyHeartbeat(files, change);
  const lines = linesOf(files[change.file]);
  switch (change.operation) {
    case 'Add':
      return lines.includes(change.line) ? files : withLines(files, change.file, [...lines, change.line]);
    case 'Del':
      return withLines(
        files,
        change.file,
        lines.filter((line) => line !== change.line),
      );
    case 'Mod':
      return withLines(files, change.file, [...lines.filter((line) => line !== change.before && line !== change.after), change.after]);
  }
}

/** A server's heartbeat only goes forward, so late and repeated ones do no harm. */
function applyHeartbeat(files: ManagementFiles, change: Change): ManagementFiles {
  const line = change.operation === 'Mod' ? change.after : change.line;
  const [record] = parseHeartbeat(line);
  if (record === undefined || change.operation === 'Del') return files;
  const records = parseHeartbeat(files.heartbeat);
  const known = records.find((other) => other.server === record.server);
  if (known !== undefined && known.unix_s >= record.unix_s) return files;
  const merged = known === undefined ? [...records, record] : records.map((other) => (other === known ? record : other));
  return { ...files, heartbeat: textOf(merged.map((other) => `${other.server} ${String(other.unix_s)}`)) };
}

function withLines(files: ManagementFiles, name: ManagementFileName, lines: readonly string[]): ManagementFiles {
  switch (name) {
    case 'group':
    case 'separation':
      return { ...files, [name]: formatGroup(parseGroup(textOf(lines))) };
    case 'problem':
      return { ...files, problem: textOf(lines.filter((line) => parseProblem(line).length === 1).sort()) };
    case 'operation':
    case 'heartbeat':
      return files;
  }
}
