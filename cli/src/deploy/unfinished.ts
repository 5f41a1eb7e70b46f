import { readFile, rm, writeFile } from 'node:fs/promises';
import { BrokenError } from '../errors.ts';

/**
 * Servers on which a deployment was cut off: by an interruption all of them, else those that became unreachable. There it may have
 * copied files that their daemons have not read; the next deployment restarts them.
 */
export async function readUnfinished(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new BrokenError(`${file}: cannot be read`, {
      cause,
      hint: 'Remove it, and restart daemons and agents by hand if a deployment was cut off.',
    });
  }
}

export async function writeUnfinished(file: string, servers: readonly string[]): Promise<void> {
  if (servers.length === 0) await rm(file, { force: true });
  else await writeFile(file, servers.map((server) => `${server}\n`).join(''));
}
