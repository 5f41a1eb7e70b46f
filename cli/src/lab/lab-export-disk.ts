import { existsSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import type { LabNames } from './lab-names.ts';
import { mountsBelow } from './remove-tree.ts';
import { runProgram } from './run-program.ts';

const STEP = "lab up: the file server's disk";

/**
 * Give the export a file system of its own, as large as the inventory says: a file server's disk can be full, and nothing of that may be taken from the machine
 * that carries the lab. What lies in the directory already goes onto the disk.
 *
 * @returns whether it was mounted just now: machines that are on still have what was there before
 * @throws BrokenError that names the step that failed
 */
export async function ensureExportDisk(
  { diskDirectory, exportDirectory }: Pick<LabNames, 'diskDirectory' | 'exportDirectory'>,
  disk_mb: number,
  signal?: AbortSignal,
): Promise<boolean> {
  if (mountsBelow(exportDirectory, readFileSync('/proc/self/mounts', 'utf8')).includes(exportDirectory)) return false;
  mkdirSync(exportDirectory, { recursive: true });
  const image = `${diskDirectory}/export.ext4`;
  if (!existsSync(image)) {
    const part = `${image}.part`;
    writeFileSync(part, '');
    truncateSync(part, disk_mb * 1024 * 1024);
    await runProgram(STEP, 'mkfs.ext4', ['-q', '-m', '0', '-d', exportDirectory, part], { signal });
    renameSync(part, image);
  }
  await runProgram(STEP, 'mount', ['-o', 'loop,noatime', image, exportDirectory], { signal });
  return true;
}
