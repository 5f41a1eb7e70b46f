import type { Context } from '../context.ts';
import { formatGroupRecord, parseGroup } from '../management-files/group.ts';
import { formatProblemRecord, parseProblem, type ProblemRecord, virtualServerName } from '../management-files/problem.ts';
import type { Change } from '../sem/diff.ts';
import { editManagementFiles } from '../sem/outbox.ts';

export function problemOf(context: Context, target: string): ProblemRecord | undefined {
  return parseProblem(context.state.files?.problem ?? '').find((record) => record.target === target);
}

/** A4: move the target's record from the group file to the separation file (§2.4). */
export function separate(context: Context, target: string): void {
  const record = parseGroup(context.state.files?.group ?? '').find((known) => known.server === target);
  if (record === undefined) return;
  const line = formatGroupRecord(record);
  editManagementFiles(context, [
    { file: 'group', operation: 'Del', line },
    { file: 'separation', operation: 'Add', line },
  ]);
}

/** Say once more, in this server's name, that the target is separated: from now on this server recovers it. */
export function editAnew(context: Context, target: string): void {
  const record = parseGroup(context.state.files?.separation ?? '').find((known) => known.server === target);
  if (record === undefined) return;
  const line = formatGroupRecord(record);
  editManagementFiles(context, [{ file: 'separation', operation: 'Mod', before: line, after: line }]);
}

/** Note in the problem file where the virtual server runs (§2.4). */
export function recordProblem(context: Context, target: string, host: string): void {
  const line = formatProblemRecord({ virtualServer: virtualServerName(target), target, host });
  const known = problemOf(context, target);
  const change: Change =
    known === undefined
      ? { file: 'problem', operation: 'Add', line }
      : { file: 'problem', operation: 'Mod', before: formatProblemRecord(known), after: line };
  editManagementFiles(context, [change]);
}

/** No server runs a virtual server of the target (any more). */
export function forgetProblem(context: Context, target: string): void {
  const known = problemOf(context, target);
  if (known !== undefined) editManagementFiles(context, [{ file: 'problem', operation: 'Del', line: formatProblemRecord(known) }]);
}

/** A6: the problem record goes, the group record comes back from the separation file (§2.4). */
export function restoreRecords(context: Context, target: string): void {
  const separated = parseGroup(context.state.files?.separation ?? '').find((record) => record.server === target);
  const problem = problemOf(context, target);
  const changes: Change[] = [];
  if (problem !== undefined) changes.push({ file: 'problem', operation: 'Del', line: formatProblemRecord(problem) });
  if (separated !== undefined) {
    const line = formatGroupRecord(separated);
    changes.push({ file: 'separation', operation: 'Del', line }, { file: 'group', operation: 'Add', line });
  }
  if (changes.length > 0) editManagementFiles(context, changes);
}
