import { linesOf, textOf } from '../management-files/lines.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';
import { keyOf, mergeRecords, recordsOfFiles, SHARED_FILES, type SharedRecord, type SharedRecords, subjectsOf } from './shared-records.ts';

/**
 * The file `versions` on the memory disk, beside the management files: which edit each record comes from, so that a restarted agent knows it. One
 * record a line, `<epoch> <editor> <subject> <file> <its line there>`; what nobody has edited is not in it.
 */
export function formatVersions(records: SharedRecords): string {
  const edited = Object.values(records).filter(({ epoch }) => epoch > 0);
  return textOf(
    edited.map(({ epoch, editor, subject, file, line }) => `${String(epoch)} ${editor} ${subject} ${file} ${line}`.trimEnd()).sort(),
  );
}

export function parseVersions(text: string): SharedRecord[] {
  return linesOf(text).flatMap((entry) => {
    const [epoch = '', editor = '', subject = '', fileName, ...fields] = entry.split(' ');
    const file = SHARED_FILES.find((name) => name === fileName);
    if (file === undefined || !/^[1-9]\d{0,14}$/.test(epoch) || editor === '') return [];
    const record: SharedRecord = { subject, file, line: fields.join(' '), epoch: Number(epoch), editor };
    return isWellFormed(record) ? [record] : [];
  });
}

/** Whether a record's line is one of its file and about its subject. */
export function isWellFormed({ subject, file, line }: Pick<SharedRecord, 'subject' | 'file' | 'line'>): boolean {
  if (file === 'problem' && line === '') return true;
  const found = subjectsOf(file, line);
  return found.length === 1 && found[0]?.subject === subject && found[0].line === line;
}

/**
 * Records of management files with their versions. Where the two contradict each other somebody has written the files anew: they are what counts, as
 * if nobody had edited them, and other servers that know better say so.
 */
export function recordsWithVersions(files: ManagementFiles, versions: string | undefined): SharedRecords {
  const lying = recordsOfFiles(files);
  const fitting = parseVersions(versions ?? '').filter((record) => {
    const found = lying[keyOf(record)];
    if (found === undefined) return record.line === '' || record.file !== 'problem';
    return found.file === record.file && found.line === record.line;
  });
  return mergeRecords(lying, fitting);
}
