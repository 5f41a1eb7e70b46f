/**
 * Does a client's work once for the agent, in a process of its own: what ssh and FTP need is loaded here, and the agent stays small. Reads a task as JSON from its
 * standard input and writes what was wrong to its standard output; exit code 0 when nothing was.
 */
import { text } from 'node:stream/consumers';
import { isRefused } from '../connection-refused.ts';
import { doClientWork } from './do-client-work.ts';
import { type ChildTask, REFUSED_EXIT_CODE } from './child-task.ts';

const { work, ends_unix_ms } = JSON.parse(await text(process.stdin)) as ChildTask;
try {
  await doClientWork(work, { whole_ms: Math.max(1, ends_unix_ms - Date.now()) });
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error));
  process.exitCode = isRefused(error) ? REFUSED_EXIT_CODE : 1;
}
// A library that has something open would keep the process.
process.stdout.end(() => process.exit());
