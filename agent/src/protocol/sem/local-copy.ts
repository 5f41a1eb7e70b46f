import type { Context } from '../context.ts';
import { MANAGEMENT_FILE_NAMES, type ManagementFiles } from '../management-files/management-files.ts';
import type { LocalCopy } from './copied-files.ts';
import { newestEpoch, type SharedRecords } from './shared-records.ts';
import { formatVersions, recordsWithVersions } from './versions-file.ts';

/**
 * The memory disks are empty after a power cut of all servers. So a copy of the files in force is on disk, replaced as a whole with each edit; heartbeats
 * do not change it.
 */
export function writeCopy(context: Context): void {
  const { files, sem } = context.state;
  if (files !== undefined) context.emit({ kind: 'write-copy', content: formatCopy(files, sem.records) });
}

/** The management program was stopped by hand: no power cut starts it again. */
export function emptyCopy(context: Context): void {
  context.emit({ kind: 'write-copy', content: '' });
}

/** The files in force as a copy. */
export function presentCopy({ state: { files, sem } }: Context): LocalCopy | undefined {
  return files === undefined ? undefined : parseCopy(formatCopy(files, sem.records));
}

/** A copy as text. */
export function formatCopy(files: ManagementFiles, records: SharedRecords): string {
  return `${JSON.stringify({ files, versions: formatVersions(records) })}\n`;
}

/** The copy of a text; `undefined` where the text is none: a disk may have lost anything. */
export function parseCopy(text: string | undefined): LocalCopy | undefined {
  if (text === undefined || text === '') return undefined;
  const found = parseJson(text);
  if (!isObject(found) || !isObject(found['files']) || typeof found['versions'] !== 'string') return undefined;
  const { data, ...rest } = found['files'];
  if (!isObject(data) || ![...MANAGEMENT_FILE_NAMES.map((name) => rest[name]), ...Object.values(data)].every(isText)) return undefined;
  const files = { ...rest, data } as unknown as ManagementFiles;
  return { files, versions: found['versions'], epoch: newestEpoch(recordsWithVersions(files, found['versions'])) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
