import { lstatSync } from 'node:fs';
import path from 'node:path';
import { complaintOf, runProgram } from '../process/run-program.ts';
import type { Place } from './connect.ts';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Examine a service by the administrator's script, called with address and port and without a shell: exit code 0 is normal. What it has started ends with it.
 *
 * @throws Error when it says no, has not ended in time, or when others than root could have written it
 */
export async function runScript(script: string, { address, port }: Place, timeout_ms: number): Promise<void> {
  requireRoots(script);
  // It is called again and again: what it left behind each time would add up, and keep its outputs open.
  const result = await runProgram(script, [address, String(port)], timeout_ms, { leaves_nobody: true });
  if (result.timed_out) throw new Error(`${script} has not ended within ${String(timeout_ms)} ms`);
  if (result.exit_code !== 0) throw new Error(`${script}: ${complaintOf(result).slice(0, 500)}`);
}

/** The script and every directory above it: who can write one of these is root here. */
function requireRoots(script: string): void {
  const file = lstatSync(script);
  if (!file.isFile()) throw new Error(`${script} is not run: it is no regular file`);
  for (let each = script; ; each = path.dirname(each)) {
    const { uid, mode } = lstatSync(each);
    // In a directory with the sticky bit nobody but root replaces what is root's.
    const isOpen = (mode & WRITABLE_BY_OTHERS) !== 0 && (each === script || (mode & STICKY) === 0);
    if (uid !== 0 || isOpen) {
      throw new Error(`${script} is not run: ${each === script ? 'it' : each} must belong to root, and nobody else may write to it`);
    }
    if (each === path.dirname(each)) return;
  }
}
