import { chmod, mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../inventory/write-atomically.ts';
import type { GeneratedFile } from './generated-file.ts';

/** What a generation changed, as paths below `generated/`. */
export interface WriteReport {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
}

/**
 * Make a directory hold exactly these files: writes those that differ, each atomically, and removes what no longer belongs there.
 * @param root absolute path of `generated/`
 */
export async function writeGenerated(root: string, files: readonly GeneratedFile[]): Promise<WriteReport> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await chmod(root, 0o700);
  const wanted = new Set(files.map((file) => file.path));
  const removed = await removeStale(root, wanted);
  const changed: string[] = [];
  for (const file of files) {
    const target = path.join(root, file.path);
    if (await isAsWanted(target, file)) continue;
    await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
    await writeAtomically(target, file.content, file.mode);
    changed.push(file.path);
  }
  return { changed, removed, unchanged: files.length - changed.length };
}

async function isAsWanted(target: string, file: GeneratedFile): Promise<boolean> {
  try {
    const { mode } = await stat(target);
    const content = typeof file.content === 'string' ? Buffer.from(file.content, 'utf8') : file.content;
    return (mode & 0o7777) === file.mode && (await readFile(target)).equals(content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Removed first, so that a file may stand where a directory stood, and the other way round. */
async function removeStale(root: string, wanted: ReadonlySet<string>): Promise<readonly string[]> {
  const removed: string[] = [];
  const clean = async (directory: string): Promise<void> => {
    for (const entry of await readdir(path.join(root, directory), { withFileTypes: true })) {
      const name = path.posix.join(directory, entry.name);
      if (entry.isDirectory()) {
        await clean(name);
        if ((await readdir(path.join(root, name))).length === 0) await rmdir(path.join(root, name));
      } else if (!wanted.has(name)) {
        await rm(path.join(root, name));
        removed.push(name);
      }
    }
  };
  await clean('');
  return removed.sort();
}
