import path from 'node:path';
import { type Facts, VARIABLES } from './facts.ts';

/** What the agents' unit file keeps from them (`ProtectHome`), or replaces by their own (`PrivateTmp`). */
const UNSEEN_BY_AGENTS = ['/home', '/root', '/run/user', '/tmp', '/var/tmp'];

/** The directory that keeps a file from the agents; undefined where they see it. */
export function unseenByAgents(file: string): string | undefined {
  return UNSEEN_BY_AGENTS.find((directory) => isBelow(file, directory));
}

/** Whether a path is this directory or lies below it; a relative one, which is told as such, lies nowhere. */
export function isBelow(file: string, directory: string): boolean {
  if (!path.posix.isAbsolute(file)) return false;
  const way = path.posix.relative(directory, file);
  return way !== '..' && !way.startsWith('../');
}

/** Where the servers have the shared storage; undefined where the inventory does not say. */
export function sharedStorageOf(facts: Facts): string | undefined {
  return facts.text(`${VARIABLES}/dbss_shared_storage/real/mount_point`);
}
