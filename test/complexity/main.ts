/**
 * `npm run complexity -- [--seeds N] [--json]`: how complex the management program of each method is (§2.3, §7: the paper calls the ring's simpler than that of the
 * P2P method). The same random groups under the same random faults are run with each method; counted are the phases of a DBSS, the
 * transitions between them, the kinds of messages and the lines of decision code (agent/src/protocol) that ran.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Method, MethodConfiguration } from '@dbss/agent/protocol/method/method.ts';
import type { Complexity, Task } from './worker.ts';

/** In made groups the first server is `s1`. */
const CONFIGURATIONS: readonly MethodConfiguration[] = [
  { method: 'ring' },
  { method: 'p2p' },
  { method: 'dedicated', management_server: 's1' },
];

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '300' }, json: { type: 'boolean', default: false } } });
const seeds = Number(values.seeds);
if (!Number.isSafeInteger(seeds) || seeds < 1) throw new Error(`--seeds is ${values.seeds}, expected a whole number`);

const found = new Map<Method, Complexity>();
const sets = new Map<Method, ReadonlySet<string>>();
for (const method of CONFIGURATIONS) found.set(method.method, await complexityOf({ method, level: 'mixed', seeds }));
if (values.json) process.stdout.write(`${JSON.stringify({ seeds, methods: Object.fromEntries(found) }, null, 2)}\n`);
else for (const line of table()) process.stdout.write(`${line}\n`);

function complexityOf(task: Task): Promise<Complexity> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function table(): string[] {
  const rows: readonly [string, (method: Method, complexity: Complexity) => number][] = [
    ['phases of a DBSS', (_, { phases }) => phases.length],
    ['transitions between them', (_, { transitions }) => transitions.length],
    ['kinds of messages between servers', (_, { messages }) => messages.length],
    ['lines of decision code that ran', (_, { lines }) => lines.length],
    ['of them with no other method', (method, { lines }) => lines.filter((line) => !inOthers(method, line)).length],
  ];
  const methods = [...found];
  return [
    `| ${String(seeds)} random groups under random faults | ${methods.map(([method]) => method).join(' | ')} |`,
    `|---|${methods.map(() => '---:|').join('')}`,
    ...rows.map(([what, count]) => `| ${what} | ${methods.map(([method, complexity]) => String(count(method, complexity))).join(' | ')} |`),
  ];
}

function inOthers(method: Method, line: string): boolean {
  return [...found].some(([other, { lines }]) => other !== method && lineSet(other, lines).has(line));
}

function lineSet(method: Method, lines: readonly string[]): ReadonlySet<string> {
  const known = sets.get(method) ?? new Set(lines);
  sets.set(method, known);
  return known;
}
