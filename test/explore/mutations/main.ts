/**
 * `npm run mutations [-- --only PATTERN] [--trace]`: each rule of docs/ownership.md is dropped, one at a time, and the explorer must find a history that
 * violates a check. Prints by which check, in how many moves and, with `--trace` or where only one is run, the history. Exit code 1 where
 * one is not caught and nobody has said why that is right.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Exploration } from '../explore.ts';
import { OWNERSHIP_MUTATIONS } from './ownership-mutations.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    limit: { type: 'string', default: '1000000' },
    workers: { type: 'string', default: String(os.availableParallelism()) },
    trace: { type: 'boolean', default: false },
  },
});
os.setPriority(os.constants.priority.PRIORITY_LOW);
const chosen = [...OWNERSHIP_MUTATIONS.entries()].filter(([, { rule }]) => new RegExp(values.only, 'u').test(rule));
const waiting = [...chosen];
let failed = 0;
await Promise.all(Array.from({ length: Number(values.workers) }, work));
const caught = chosen.length - failed;
process.stdout.write(`${String(chosen.length)} rules dropped, ${String(caught)} caught or explained, ${String(failed)} not caught\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [index, { rule, harmless }] = next;
    tell(rule, harmless, await explored(index));
  }
}

function explored(index: number): Promise<Exploration> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { index, limit: Number(values.limit) } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function tell(rule: string, harmless: string | undefined, { violation, trace, states, complete }: Exploration): void {
  const lines = [rule];
  if (violation !== undefined) lines.push(`  caught in ${String(trace.length)} moves (${String(states)} states): ${violation}`);
  else lines.push(`  NOT CAUGHT in ${String(states)} states${complete ? ', which are all within the bounds' : ', the limit'}`);
  if (violation === undefined && harmless !== undefined) lines.push(`  as it should be: ${harmless}`);
  if ((violation === undefined) !== (harmless !== undefined)) failed += 1;
  if (values.trace || chosen.length === 1) lines.push(...trace.map((what, at) => `    ${String(at + 1).padStart(2)}. ${what}`));
  process.stdout.write(`${lines.join('\n')}\n`);
}
