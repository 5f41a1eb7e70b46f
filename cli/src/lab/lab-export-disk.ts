import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { BrokenError, UserError } from '../errors.ts';
import type { LabNames } from './lab-names.ts';
import { mountsBelow } from './remove-tree.ts';
import { runProgram } from './run-program.ts';

const STEP = "lab up: the file server's disk";
const MB = 1024 * 1024;

export interface ExportDiskOptions {
  /** Before anything is mounted: machines that are on have, and write to, what is there now. */
  readonly freeExport: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Give the export a file system of its own, as large as the inventory says: a file server's disk can be full, and nothing of that may be taken from the machine
 * that carries the lab. What lies in the directory already goes onto the disk.
 *
 * @returns whether it was mounted just now
 * @throws UserError when the disk has another size; BrokenError that names the step that failed
 */
export async function ensureExportDisk(
  { diskDirectory, exportDirectory }: Pick<LabNames, 'diskDirectory' | 'exportDirectory'>,
  disk_mb: number | undefined,
  { freeExport, signal }: ExportDiskOptions,
): Promise<boolean> {
  const image = `${diskDirectory}/export.ext4`;
  const present_mb = existsSync(image) ? statSync(image).size / MB : undefined;
  if (present_mb !== disk_mb && present_mb !== undefined) {
    throw new UserError(
      `the disk of the lab's file server has ${String(present_mb)} MB, the inventory says ${disk_mb === undefined ? 'nothing of a disk' : `${String(disk_mb)} MB`}`,
      { hint: `set disk_mb: ${String(present_mb)}, or remove the lab with what is on the disk: dbssctl lab down` },
    );
  }
  if (disk_mb === undefined) return false;
  mkdirSync(exportDirectory, { recursive: true });
  const mountPoint = realpathSync(exportDirectory);
  if (mountsBelow(mountPoint, readFileSync('/proc/self/mounts', 'utf8')).includes(mountPoint)) return false;
  await freeExport();
  if (present_mb === undefined) await makeDisk(image, disk_mb, mountPoint, signal);
  await runProgram(STEP, 'mount', ['-o', 'loop,noatime', image, mountPoint], { signal });
  return true;
}

async function makeDisk(image: string, disk_mb: number, content: string, signal: AbortSignal | undefined): Promise<void> {
  const part = `${image}.part`;
  writeFileSync(part, '');
  truncateSync(part, disk_mb * MB);
  try {
    await runProgram(STEP, 'mkfs.ext4', ['-q', '-m', '0', '-d', content, part], { signal });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new BrokenError(`${STEP} of ${String(disk_mb)} MB could not be made`, {
      cause,
      hint: `where ${content} holds more than that, give file_server a larger disk_mb in the inventory`,
    });
  }
  renameSync(part, image);
}
