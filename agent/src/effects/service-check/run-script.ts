import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';
import { complaintOf, type ProgramResult, runProgram } from '../process/run-program.ts';
import { reasonOf } from '../reason-of.ts';
import type { Place } from './connect.ts';
import { ScriptNotRun } from './script-not-run.ts';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Examine a service by the administrator's script, called with address and port and without a shell: exit code 0 is normal. What it has started ends with it.
 *
 * @throws Error when it says no, or has not ended in time; ScriptNotRun when it cannot be run here, or others than root could have written it
 */
export async function runScript(script: string, { address, port }: Place, timeout_ms: number): Promise<void> {
  requireRoots(script);
  const result = await started(script, [address, String(port)], timeout_ms);
  if (result.timed_out) throw new Error(`${script} has not ended within ${String(timeout_ms)} ms`);
  if (result.exit_code !== 0) throw new Error(`${script}: ${complaintOf(result).slice(0, 500)}`);
}

async function started(script: string, args: readonly string[], timeout_ms: number): Promise<ProgramResult> {
  try {
    // It is called again and again: what it left behind each time would add up, and keep its outputs open.
    return await runProgram(script, args, timeout_ms, { leaves_nobody: true });
  } catch (error) {
    // It is there: what is not found then is the program of its first line.
    const words = {
      ENOENT: 'the program that its first line names is not there',
      EACCES: 'it, or the program of its first line, may not be executed here',
    };
    throw notRun(script, error instanceof Error ? (error.cause ?? error) : error, words);
  }
}

/** The script and every directory above it: who can write one of these is root here. */
function requireRoots(script: string): void {
  const file = statusOf(script, script);
  if (!file.isFile()) throw new ScriptNotRun(script, 'it is no regular file');
  for (let each = script; ; each = path.dirname(each)) {
    const { uid, mode } = statusOf(each, script);
    // In a directory with the sticky bit nobody but root replaces what is root's.
    const isOpen = (mode & WRITABLE_BY_OTHERS) !== 0 && (each === script || (mode & STICKY) === 0);
    if (uid !== 0 || isOpen) {
      throw new ScriptNotRun(script, `${each === script ? 'it' : each} must belong to root, and nobody else may write to it`);
    }
    if (each === path.dirname(each)) return;
  }
}

function statusOf(file: string, script: string): Stats {
  try {
    return lstatSync(file);
  } catch (error) {
    throw notRun(script, error, { ENOENT: 'it is not there', ENOTDIR: 'it is not there' });
  }
}

function notRun(script: string, cause: unknown, words: Readonly<Record<string, string>>): ScriptNotRun {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return new ScriptNotRun(script, words[code] ?? reasonOf(cause), { cause });
}
