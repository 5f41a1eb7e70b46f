/**
 * The client of the lab (Fig. 13): uses a service again and again and writes one line of JSON for each attempt. Runs in the client's
 * network namespace. Reads its task from standard input, and ends when standard input does.
 */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { doClientWork } from '@dbss/agent/effects/service-check/work/do-client-work.ts';
import type { AccessAttempt } from './access-log.ts';
import { nextBeat, untilPhase_ms } from './attempt-times.ts';
import type { ClientTask } from './client-task.ts';

const ending = new AbortController();
// The terminal's Ctrl-C reaches this program too; dbssctl says when it ends.
process.on('SIGINT', () => undefined);
const input = createInterface({ input: process.stdin });
input.once('line', (line) => void run(JSON.parse(line) as ClientTask));
input.once('close', () => ending.abort());

async function run(task: ClientTask): Promise<void> {
  if (task.phase_ms !== undefined && !(await reached(untilPhase_ms(Date.now(), task.interval_ms, task.phase_ms)))) return;
  const first_ms = performance.now();
  const elapsed_ms = (): number => performance.now() - first_ms;
  const beats = task.duration_ms === undefined ? Infinity : task.duration_ms / task.interval_ms;
  for (let beat = 0; beat < beats; beat = nextBeat(beat, task.interval_ms, elapsed_ms())) {
    if (!(await reached(beat * task.interval_ms - elapsed_ms()))) break;
    process.stdout.write(`${JSON.stringify(await attempt(task))}\n`);
  }
  input.close();
  process.stdin.destroy();
}

/** Wait; false when the end came first. */
async function reached(wait_ms: number): Promise<boolean> {
  try {
    await delay(Math.max(0, wait_ms), undefined, { signal: ending.signal });
    return true;
  } catch (error) {
    if (ending.signal.aborted) return false;
    throw error;
  }
}

async function attempt({ work, limits }: ClientTask): Promise<AccessAttempt> {
  const started_ms = Date.now();
  try {
    await doClientWork(work, limits);
    return { started_ms, ended_ms: Date.now(), ok: true };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { started_ms, ended_ms: Date.now(), ok: false, problem };
  }
}
