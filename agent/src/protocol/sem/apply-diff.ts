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
  switch (change.operation) {
    case 'Add':
      return added(files, change.file, change.line);
    case 'Del':
      return without(files, change.file, (line) => line === change.line);
    case 'Mod':
      return added(
        without(files, change.file, (line) => line === change.before),
        change.file,
        change.after,
      );
  }
}

/**
 * Files with a record in force. There is one record about a server in a file; a server is either in the group or separated, and only a separated one has
 * a virtual server. So a server that missed an edit comes right with the next one about the same subject.
 */
function added(files: ManagementFiles, name: ManagementFileName, line: string): ManagementFiles {
  const aboutTheSame = (other: string): boolean => subjectOf(other) === subjectOf(line);
  const contradicting = CONTRADICTING[name] ?? [];
  const cleared = [name, ...contradicting].reduce((before, file) => without(before, file, aboutTheSame), files);
  return withLines(cleared, name, [...linesOf(cleared[name]), line]);
}

/** A record in the first file forbids one about the same server in the others. */
const CONTRADICTING: Partial<Record<ManagementFileName, readonly ManagementFileName[]>> = {
  group: ['separation', 'problem'],
  separation: ['group'],
};

/** The server that a record is about: the second field in the group, the separation and the problem file. */
function subjectOf(line: string): string | undefined {
  return line.split(' ')[1];
}

function without(files: ManagementFiles, name: ManagementFileName, unwanted: (line: string) => boolean): ManagementFiles {
  const lines = linesOf(files[name]);
  return withLines(
    files,
    name,
    lines.filter((line) => !unwanted(line)),
  );
}

/** A heartbeat that is older than the known one by this much is no late one: the clock of its server was set back. */
const CLOCK_SET_BACK_S = 5;

/** A server's heartbeat goes forward, so that late and repeated ones do no harm. */
function applyHeartbeat(files: ManagementFiles, change: Change): ManagementFiles {
  const line = change.operation === 'Mod' ? change.after : change.line;
  const [record] = parseHeartbeat(line);
  if (record === undefined || change.operation === 'Del') return files;
  const known = lineOf(files.heartbeat, record.server);
  const [before] = known === undefined ? [] : parseHeartbeat(known.line);
  if (before !== undefined && record.unix_s <= before.unix_s && record.unix_s > before.unix_s - CLOCK_SET_BACK_S) return files;
  const after = `${record.server} ${String(record.unix_s)}\n`;
  const { heartbeat } = files;
  if (known === undefined) return { ...files, heartbeat: heartbeat + after };
  return { ...files, heartbeat: heartbeat.slice(0, known.from) + after + heartbeat.slice(known.from + known.line.length) };
}

/** A server's line in the heartbeat file, with its newline, and where it begins: the file is long, and one line of it changes. */
function lineOf(heartbeat: string, server: string): { readonly from: number; readonly line: string } | undefined {
  const beginning = `${server} `;
  const from = heartbeat.startsWith(beginning) ? 0 : heartbeat.indexOf(`\n${beginning}`) + 1;
  if (from === 0 && !heartbeat.startsWith(beginning)) return undefined;
  const end = heartbeat.indexOf('\n', from);
  return { from, line: heartbeat.slice(from, end < 0 ? heartbeat.length : end + 1) };
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
