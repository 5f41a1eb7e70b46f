import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../lab/process-identity.ts';
import { removeTree } from '../lab/remove-tree.ts';

export const REMOVING_UNFINISHED = 'original server: removing an unfinished build';

/**
 * Remove unfinished builds whose builder is dead, with what its tools had mounted in them: they did not get to unmount it.
 * @param cache where images are built
 */
export async function removeDeadBuilds(cache: string): Promise<void> {
  for (const name of readdirSync(cache)) {
    const match = /^\.building-(\d+)-(\d+)$/.exec(name);
    if (match === null || isAlive({ pid: Number(match[1]), startTicks: Number(match[2]) })) continue;
    await removeTree(REMOVING_UNFINISHED, path.join(cache, name));
  }
}
