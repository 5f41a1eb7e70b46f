import { emptyRecord } from '../empty-record.ts';
import { formatGroupRecord, parseGroup } from '../management-files/group.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';
import { formatProblemRecord, parseProblem } from '../management-files/problem.ts';

/** Files whose records are versioned. A server's line is in the group or in the separation file: both are one record, its membership. */
export const SHARED_FILES = ['group', 'separation', 'problem'] as const;
export type SharedFile = (typeof SHARED_FILES)[number];

/**
 * What is known about one subject, with the edit that said so: the membership of a server, or the virtual server of a failed target. The version (epoch
 * and editor) goes beside the management files, never into them (decision 0320).
 */
export interface SharedRecord {
  /** The server that it is about. */
  readonly subject: string;
  readonly file: SharedFile;
  /** Its line in this file (§2.4); empty for a target that has no virtual server. */
  readonly line: string;
  /** Greater than that of every edit which its editor knew; 0 for what was generated. */
  readonly epoch: number;
  readonly editor: string;
}

/** Records by what they are about (`keyOf`). */
export type SharedRecords = Readonly<Record<string, SharedRecord>>;

export function keyOf({ file, subject }: Pick<SharedRecord, 'file' | 'subject'>): string {
  return file === 'problem' ? problemKey(subject) : membershipKey(subject);
}

export function membershipKey(server: string): string {
  return `membership ${server}`;
}

export function problemKey(target: string): string {
  return `problem ${target}`;
}

/**
 * The last writer wins: the greater epoch, then the greater name. Two edits of one version that say different things can only come from an editor that
 * forgot; of them the group's line wins, so that nobody is out of the group by mistake.
 */
export function isNewer(one: SharedRecord, other: SharedRecord): boolean {
  if (one.epoch !== other.epoch) return one.epoch > other.epoch;
  if (one.editor !== other.editor) return one.editor > other.editor;
  if (one.file !== other.file) return one.file < other.file;
  return one.line > other.line;
}

/** Records after others have come: of each subject the newest, whatever came first or twice. The same object when nothing was newer. */
export function mergeRecords(known: SharedRecords, coming: readonly SharedRecord[]): SharedRecords {
  const newer = coming.filter((record) => {
    const before = known[keyOf(record)];
    return before === undefined || isNewer(record, before);
  });
  if (newer.length === 0) return known;
  const merged = Object.assign(emptyRecord<SharedRecord>(), known);
  for (const record of newer) {
    const before = merged[keyOf(record)];
    if (before === undefined || isNewer(record, before)) merged[keyOf(record)] = record;
  }
  return merged;
}

/** Records of files that nobody has edited. */
export function recordsOfFiles(files: ManagementFiles): SharedRecords {
  const unedited = SHARED_FILES.flatMap((file) =>
    subjectsOf(file, files[file]).map(({ subject, line }): SharedRecord => ({ subject, file, line, epoch: 0, editor: '' })),
  );
  return mergeRecords(emptyRecord(), unedited);
}

/** The records of a shared file, each with what it is about; lines that are no record are left out. */
export function subjectsOf(file: SharedFile, text: string): { readonly subject: string; readonly line: string }[] {
  if (file === 'problem') return parseProblem(text).map((record) => ({ subject: record.target, line: formatProblemRecord(record) }));
  return parseGroup(text).map((record) => ({ subject: record.server, line: formatGroupRecord(record) }));
}

/** The record of a server's membership. */
export function membershipOf(records: SharedRecords, server: string): SharedRecord | undefined {
  return records[membershipKey(server)];
}

export function newestEpoch(records: SharedRecords): number {
  return Object.values(records).reduce((newest, { epoch }) => Math.max(newest, epoch), 0);
}
