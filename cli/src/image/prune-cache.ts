import { existsSync, globSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeTree } from '../lab/remove-tree.ts';

/** The one in use, and the one before it: who goes back to an earlier version waits for no build. */
const KEPT = 2;
const HASH = /^[0-9a-f]{16}$/;

/** What is cached by its hash is used now. Told by a file beside it: the directory itself may lie under running machines. */
export function noteUse(directory: string): void {
  writeFileSync(usedFile(directory), '');
}

/**
 * Remove what lies in a folder of the cache by its hash, but for the ones that were used last and those that are in use.
 *
 * @param cache e.g. `/var/cache/dbss/host-rootfs`
 * @param isInUse whether something that runs needs the directory
 * @returns the directories that were removed
 * @throws BrokenError that names what is in the way
 */
export async function pruneCache(cache: string, isInUse: (directory: string) => boolean): Promise<readonly string[]> {
  const unneeded = readdirSync(cache, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && HASH.test(entry.name))
    .map((entry) => path.join(cache, entry.name))
    .sort((a, b) => lastUse_ms(b) - lastUse_ms(a))
    .slice(KEPT)
    .filter((directory) => !isInUse(directory));
  for (const directory of unneeded) {
    await removeTree('pruning the cache', directory);
    rmSync(usedFile(directory), { force: true });
  }
  return unneeded;
}

/**
 * Whether a machine of a lab that is up, also one that is off for the moment, lies on this root filesystem.
 *
 * @param labs where labs keep what they need while they are up
 */
export function isUnderLabMachine(directory: string, labs = '/run/dbss-lab'): boolean {
  return globSync('*/machines/*/machine.conf', { cwd: labs }).some((file) =>
    readFileSync(path.join(labs, file), 'utf8').includes(`base='${directory}'\n`),
  );
}

function lastUse_ms(directory: string): number {
  const used = usedFile(directory);
  return statSync(existsSync(used) ? used : directory).mtimeMs;
}

function usedFile(directory: string): string {
  return `${directory}.used`;
}
