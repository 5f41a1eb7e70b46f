import { reasonOf } from '../../reason-of.ts';
import { sameKindOfError } from '../connection-refused.ts';
import { type Limits, type TimeLimit, within } from '../time-limit.ts';
import type { ClientWork } from './client-work.ts';
import { useFtp } from './ftp-work.ts';
import { usePlain } from './plain-work.ts';
import { runCommand } from './ssh-work.ts';

/**
 * Do a client's work once. All connections are closed when this ends, at the deadline at the latest.
 *
 * @param breakingOff ends it before
 * @throws Error in words: what was awaited, or what was wrong
 */
export async function doClientWork(work: ClientWork, limits: Limits, breakingOff?: AbortSignal): Promise<void> {
  try {
    await within(limits, (limit) => use(work, limit), breakingOff);
  } catch (error) {
    throw sameKindOfError(reasonOf(error), error, { cause: error });
  }
}

async function use(work: ClientWork, limit: TimeLimit): Promise<void> {
  switch (work.kind) {
    case 'ssh':
      await runCommand(work.login, readCommand(work.file.name), work.file.content, limit);
      return;
    case 'ftp':
      await useFtp(work.login, work.file, work.upload, limit);
      return;
    default:
      await usePlain(work, limit);
  }
}

/** The command by which a file in the home directory is read. */
function readCommand(name: string): string {
  return `cat './${name.replaceAll("'", `'\\''`)}'`;
}
