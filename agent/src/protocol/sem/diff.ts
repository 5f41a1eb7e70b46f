import { MANAGEMENT_FILE_NAMES, type ManagementFileName } from '../management-files/management-files.ts';
import { linesOf, textOf } from '../management-files/lines.ts';

/** One line of Diff.dat, the file editing control data of the synchronous editing method (§3.1). */
export type Change =
  | { readonly file: ManagementFileName; readonly operation: 'Add'; readonly line: string }
  | { readonly file: ManagementFileName; readonly operation: 'Del'; readonly line: string }
  | { readonly file: ManagementFileName; readonly operation: 'Mod'; readonly before: string; readonly after: string };

export function formatDiff(changes: readonly Change[]): string {
  return textOf(
    changes.map((change) =>
      change.operation === 'Mod'
        ? `${change.file},Mod,${change.before},${change.after}`
        : `${change.file},${change.operation},${change.line}`,
    ),
  );
}

/** Changes of a Diff.dat text, or `undefined` when any line of it is not one: an edit is applied whole or not at all. */
export function parseDiff(text: string): Change[] | undefined {
  const changes = linesOf(text).map(parseChange);
  return changes.every((change) => change !== undefined) && changes.length > 0 ? changes : undefined;
}

function parseChange(line: string): Change | undefined {
  const [fileName, operation, first, second, ...rest] = line.split(',');
  const file = MANAGEMENT_FILE_NAMES.find((name) => name === fileName);
  if (file === undefined || file === 'operation' || first === undefined || first === '' || rest.length > 0) return undefined;
  if (operation === 'Mod') return second === undefined || second === '' ? undefined : { file, operation, before: first, after: second };
  if (second !== undefined || (operation !== 'Add' && operation !== 'Del')) return undefined;
  return { file, operation, line: first };
}
