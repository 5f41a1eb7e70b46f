import path from 'node:path';

/** What the agents' unit file keeps from them (`ProtectHome`), or replaces by their own (`PrivateTmp`). */
const UNSEEN_BY_AGENTS = ['/home', '/root', '/run/user', '/tmp', '/var/tmp'];

/** The directory that keeps a file from the agents; undefined where they see it. */
export function unseenByAgents(file: string): string | undefined {
  return UNSEEN_BY_AGENTS.find((directory) => isBelow(file, directory));
}

/** Whether a path is this directory or lies below it. */
export function isBelow(file: string, directory: string): boolean {
  const way = path.posix.relative(directory, file);
  return way !== '..' && !way.startsWith('../');
}
