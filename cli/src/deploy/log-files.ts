import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

const KEPT = 20;

/**
 * Name of a new log of Ansible in `<state>/logs`; the oldest ones beyond twenty are removed.
 *
 * @returns its absolute path; the file is not made yet
 */
export async function newAnsibleLog(stateDirectory: string, now: Date): Promise<string> {
  const directory = path.join(stateDirectory, 'logs');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const logs = (await readdir(directory)).filter((name) => /^ansible-.*\.log$/.test(name)).sort();
  for (const name of logs.slice(0, Math.max(0, logs.length - KEPT + 1))) await rm(path.join(directory, name));
  return path.join(directory, `ansible-${now.toISOString().replaceAll(':', '')}.log`);
}
