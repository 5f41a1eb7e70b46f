/**
 * The observer of a lab: asks again and again who has each virtual address and who accepts connections, and writes one line of JSON for each thing
 * that it saw. Runs in the controller's network namespace, which is on both networks. Reads its task from standard input, and ends when that does.
 */
import os from 'node:os';
import { createInterface } from 'node:readline';
import type { ObserverTask } from './observation.ts';
import { observe } from './observer.ts';

/** So many lines at most; what comes after them is in the summary. */
const MOST_LINES = 200_000;

const ending = new AbortController();
// The terminal's Ctrl-C reaches this program too; dbssctl says when it ends.
process.on('SIGINT', () => undefined);
const input = createInterface({ input: process.stdin });
input.once('line', (line) => void run(JSON.parse(line) as ObserverTask));
input.once('close', () => ending.abort());

async function run(task: ObserverTask): Promise<void> {
  // What it sees is measured in hundredths of a second, on a machine that is busy with whole servers.
  os.setPriority(os.constants.priority.PRIORITY_HIGHEST);
  let lines = 0;
  try {
    await observe(
      task,
      (observation) => {
        if (lines < MOST_LINES || observation.kind === 'summary') process.stdout.write(`${JSON.stringify(observation)}\n`);
        lines += 1;
      },
      ending.signal,
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  input.close();
  process.stdin.destroy();
}
