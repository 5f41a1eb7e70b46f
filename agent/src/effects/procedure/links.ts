import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** More links one after another are a loop. */
const MOST_LINKS = 16;

/** Where a path leads. Paths are without the leading slash. */
export interface Destination {
  /** Without any link in it. */
  readonly path: string;
  /** When a link on the way was last changed in any way, and when it was made, by the wall clock; 0 where there is none. */
  readonly changed_ms: number;
  readonly modified_ms: number;
}

/** The path that a link names, where no directory on the way is a link. */
export function nextHop(path: string, linkTo = ''): string {
  return relative('/', resolve('/', dirname(path), linkTo));
}

/**
 * Follow all links in a path, as the kernel does.
 *
 * @param root directory that all paths are below, also those that links name from the root
 * @param foreign mount points that are not looked at, nor what lies below them
 * @returns undefined where nothing lies there, where it cannot be looked at, or where it lies below such a mount point
 */
export async function destinationOf(root: string, path: string, foreign: readonly string[]): Promise<Destination | undefined> {
  let target = '';
  let rest = path.split('/');
  let links = 0;
  let [changed_ms, modified_ms] = [0, 0];
  for (;;) {
    const [name, ...others] = rest;
    if (name === undefined) return { path: target, changed_ms, modified_ms };
    rest = others;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      target = target.includes('/') ? dirname(target) : '';
      continue;
    }
    const next = join(target, name);
    if (foreign.some((point) => next === point || next.startsWith(`${point}/`))) return undefined;
    try {
      const status = await lstat(join(root, next));
      if (!status.isSymbolicLink()) {
        target = next;
        continue;
      }
      const to = await readlink(join(root, next));
      if (to.startsWith('/')) target = '';
      rest = [...to.split('/'), ...rest];
      [changed_ms, modified_ms] = [Math.max(changed_ms, status.ctimeMs), Math.max(modified_ms, status.mtimeMs)];
    } catch {
      return undefined;
    }
    links += 1;
    if (links > MOST_LINKS) return undefined;
  }
}
