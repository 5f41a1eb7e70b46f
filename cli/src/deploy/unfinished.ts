import { readFile, rm, writeFile } from 'node:fs/promises';
import { BrokenError } from '../errors.ts';

/** The last task of site.yml on each machine: it runs only when everything that was changed there is in force. */
export const FINISHED_TASK = 'Note that this machine is finished';

/** What a run of site.yml came to, by names of hosts. */
export interface DeploymentRun {
  /** Hosts of which Ansible has any result. */
  readonly seen: readonly string[];
  /** Hosts on which the last task was run. */
  readonly finished: readonly string[];
  /** Hosts on which a task or a handler failed, or that were not reachable. */
  readonly failed: readonly string[];
}

/**
 * Machines that a run leaves with files that nobody may have read yet. A failed copy notifies no handler, a failed handler keeps the later
 * ones of its host from running, and a failure of a task that is run once for all ends all of them without a result of their own.
 *
 * @param machines all of the inventory
 * @param before those that were unfinished before the run; they stay so when it does not reach them
 */
export function unfinishedAfter(machines: readonly string[], before: readonly string[], run: DeploymentRun): readonly string[] {
  const isFinished = (machine: string): boolean => run.finished.includes(machine) && !run.failed.includes(machine);
  return machines.filter((machine) => !isFinished(machine) && (run.seen.includes(machine) || before.includes(machine)));
}

/**
 * Machines on which a deployment was cut off: by an interruption all of them, else those that it did not finish. The next one restarts them.
 *
 * @throws BrokenError when the file is there and cannot be read
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
