import type { Context } from '../context.ts';
import { formatGroupRecord, parseGroup } from '../management-files/group.ts';
import { formatProblemRecord, parseProblem } from '../management-files/problem.ts';
import { managerOf } from '../ring/ring-order.ts';
import type { Change } from './diff.ts';
import { editManagementFiles } from './outbox.ts';

/**
 * The agent was restarted: edits that it had not yet delivered are lost with it. It says again how it stands with the targets that it manages, or
 * would manage if they were not separated. Servers that know it already change nothing.
 */
export function shareOwnTargets(context: Context): void {
  const { files } = context.state;
  const group = parseGroup(files?.group ?? '');
  const members = group.filter((record) => record.server !== context.self && managerOf(group, record) === context.self);
  const separated = parseGroup(files?.separation ?? '').filter((record) => managerOf(group, record) === context.self);
  const problems = parseProblem(files?.problem ?? '').filter((problem) => separated.some((record) => record.server === problem.target));
  const changes: Change[] = [
    ...members.flatMap((record): Change[] => {
      const line = formatGroupRecord(record);
      return [
        { file: 'separation', operation: 'Del', line },
        { file: 'group', operation: 'Add', line },
      ];
    }),
    ...separated.flatMap((record): Change[] => {
      const line = formatGroupRecord(record);
      return [
        { file: 'group', operation: 'Del', line },
        { file: 'separation', operation: 'Add', line },
      ];
    }),
    ...problems.map((problem): Change => ({ file: 'problem', operation: 'Add', line: formatProblemRecord(problem) })),
  ];
  if (changes.length > 0) editManagementFiles(context, changes);
}
