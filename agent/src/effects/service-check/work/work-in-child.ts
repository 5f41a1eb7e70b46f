import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConnectionRefused } from '../connection-refused.ts';
import { type ChildTask, REFUSED_EXIT_CODE } from './child-task.ts';
import type { ClientWork } from './client-work.ts';

const LONGEST_REASON_BYTES = 4_096;
/** The child has to notice its deadline and say what it waited for. */
const TELLING_MS = 100;

/**
 * Do a client's work in a process of its own, which is killed at the deadline.
 * @throws Error with what it said was wrong; a ConnectionRefused where nobody listens
 */
export async function workInChild(work: ClientWork, timeout_ms: number): Promise<void> {
  const task: ChildTask = { work, ends_unix_ms: Date.now() + timeout_ms - Math.min(TELLING_MS, timeout_ms / 4) };
  // Not with the flags of the agent, which spare memory and know no WebAssembly.
  const child = spawn(process.execPath, [program()], { stdio: ['pipe', 'pipe', 'ignore'] });
  let reason = '';
  child.stdout.on('data', (chunk: Buffer) => (reason = (reason + chunk.toString('utf8')).slice(0, LONGEST_REASON_BYTES)));
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(task));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`a client of it has not ended within ${String(timeout_ms)} ms`));
    }, timeout_ms);
    child.once('error', (cause) => reject(new Error('the program that does the work of a client cannot be started', { cause })));
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else if (code === REFUSED_EXIT_CODE) reject(new ConnectionRefused(reason));
      else
        reject(new Error(reason || `the program that does the work of a client ended with ${code === null ? 'a signal' : String(code)}`));
    });
  });
}

/** The bundled program beside the bundled agent, the source beside the source. */
function program(): string {
  const source = path.join(import.meta.dirname, 'client-work-main.ts');
  return existsSync(source) ? source : path.join(import.meta.dirname, 'client-work.mjs');
}
