import type { Change } from './diff.ts';
import type { Edit } from './messages.ts';
import { parseDiff } from './diff.ts';
import { type SharedFile, type SharedRecord, subjectsOf } from './shared-records.ts';

/** Records that an edit of the group, separation and problem files says; `undefined` where its Diff.dat (§3.1) is not one of these. */
export function recordsOfEdit({ editor, epoch, diff }: Edit): SharedRecord[] | undefined {
  const changes = parseDiff(diff);
  return changes === undefined ? undefined : recordsOfChanges(changes, { editor, epoch });
}

/**
 * What the changes of one edit come to. A line that leaves the group file is in the separation file from then on, and the other way round (§2.4), so
 * that the two halves of an edit say the same.
 */
export function recordsOfChanges(changes: readonly Change[], version: Pick<SharedRecord, 'editor' | 'epoch'>): SharedRecord[] | undefined {
  const records = changes.map((change): SharedRecord | undefined => {
    const { file } = change;
    if (file === 'heartbeat' || file === 'operation') return undefined;
    const line = change.operation === 'Mod' ? change.after : change.line;
    const [found, ...more] = subjectsOf(file, line);
    if (found === undefined || more.length > 0) return undefined;
    const deleted = change.operation === 'Del';
    return {
      subject: found.subject,
      file: deleted ? WHERE_DELETED_GOES[file] : file,
      line: deleted && file === 'problem' ? '' : found.line,
      ...version,
    };
  });
  return records.every((record) => record !== undefined) ? records : undefined;
}

const WHERE_DELETED_GOES: Readonly<Record<SharedFile, SharedFile>> = { group: 'separation', separation: 'group', problem: 'problem' };
