import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';

/** How the standby's emulator shares the processors of this server. */
export const NICENESS = {
  /** A rehearsal must not disturb the services of this server. */
  background: 10,
  normal: 0,
  /** While a virtual server is created its clients wait: nothing here is more urgent. */
  urgent: -15,
} as const;

/**
 * Set the scheduling priority of all threads of a domain's emulator.
 *
 * @param pidFile where libvirt writes the emulator's process id
 * @throws Error when there is no such process or this process may not
 */
export async function setNiceness(pidFile: string, niceness: number): Promise<void> {
  const pid = (await readFile(pidFile, 'utf8')).trim();
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    try {
      os.setPriority(Number(thread), niceness);
    } catch (error) {
      // A worker thread may end at any time.
      if ((error as { readonly info?: { readonly code?: string } }).info?.code !== 'ESRCH') throw error;
    }
  }
}
