/**
 * `npm run explore [-- --scope WORDS] [--small]`: every history of a few machines within the bounds that are printed, with the core that the agents
 * run. Each line tells whether all of them were seen; the last one is `N states, N violations`; exit code 1 when there are violations or a
 * scope was not finished.
 */
import os from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { explore, type Exploration } from './explore.ts';
import { CHANCES, type Scope } from './scope.ts';
import { SCOPES, SMALL } from './scopes.ts';

interface Work {
  readonly scope: Scope;
  readonly limit: number;
}

if (isMainThread) await exploreAll();
else parentPort?.postMessage(explore((workerData as Work).scope, (workerData as Work).limit));

async function exploreAll(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scope: { type: 'string', default: '' },
      small: { type: 'boolean', default: false },
      limit: { type: 'string', default: '8000000' },
      workers: { type: 'string', default: String(os.availableParallelism()) },
    },
  });
  os.setPriority(os.constants.priority.PRIORITY_LOW);
  const waiting = (values.small ? SMALL : SCOPES).filter(({ name }) => name.includes(values.scope));
  const done: Exploration[] = [];
  const work = async (): Promise<void> => {
    for (let scope = waiting.shift(); scope !== undefined; scope = waiting.shift()) {
      const exploration = await explored({ scope, limit: Number(values.limit) });
      done.push(exploration);
      say(told(exploration));
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  const states = done.reduce((sum, one) => sum + one.states, 0);
  const violations = done.filter(({ violation }) => violation !== undefined).length;
  const open = done.filter(({ complete, violation }) => !complete && violation === undefined).length;
  if (open > 0) say(`${String(open)} scopes were not finished`);
  say(`${String(states)} states, ${String(violations)} violations`);
  process.exitCode = violations + open === 0 ? 0 : 1;
}

function explored(work: Work): Promise<Exploration> {
  const worker = new Worker(new URL(import.meta.url), { workerData: work, resourceLimits: { maxOldGenerationSizeMb: 6000 } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function told({ scope, states, machineStates, complete, violation, trace, seconds }: Exploration): string {
  const chances = CHANCES.filter((chance) => (scope.chances[chance] ?? 0) > 0).map(
    (chance) => `${chance} ${String(scope.chances[chance])}`,
  );
  const lines = [
    scope.name,
    `  voters ${scope.machines.map(({ name, clock }) => `${name} (${clock} clock)`).join(', ')}; claimants ${scope.claimants.join(', ')}`,
    `  ${scope.apart === true ? 'a freeze between any two effects' : 'effects at once, events as late as can be'}; at most ${chances.join(', ')}`,
    `  ${String(scope.messages)} messages in flight, ${String(scope.steps)} steps of time, a lease lasts 2`,
    `  ${String(states)} states, ${String(machineStates)} of one machine, ${complete ? 'complete' : 'NOT COMPLETE'}, ${seconds.toFixed(0)} s`,
  ];
  if (violation !== undefined)
    lines.push(`  VIOLATED ${violation}`, ...trace.map((what, at) => `    ${String(at + 1).padStart(2)}. ${what}`));
  return lines.join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
