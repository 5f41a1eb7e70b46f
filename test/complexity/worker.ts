import { parentPort, workerData } from 'node:worker_threads';
import type { MethodConfiguration } from '@dbss/agent/protocol/method/method.ts';
import { runScenario } from '../../cli/src/simulator/run-scenario.ts';
import { type LevelName, partOf } from '../soak/promises.ts';
import { randomScenario } from '../soak/random-scenario.ts';
import { CoveredLines } from './covered-lines.ts';
import { Observed } from './observed.ts';

/** The same random servers and faults for each method. */
export interface Task {
  readonly method: MethodConfiguration;
  readonly level: LevelName;
  readonly seeds: number;
}

/** What the management programs of a method came to. */
export interface Complexity {
  readonly phases: readonly string[];
  readonly transitions: readonly string[];
  readonly messages: readonly string[];
  /** `file:line` of decision code that ran. */
  readonly lines: readonly string[];
}

const { method, level, seeds } = workerData as Task;
const observed = new Observed();
const coverage = new CoveredLines();
await coverage.begin();
for (let seed = 1; seed <= seeds; seed += 1) {
  const { settings, promises } = partOf(level, seed);
  observed.forget();
  // What is promised of a ring is not promised of every method; here it is only looked at what its programs do.
  runScenario({ ...randomScenario(seed, settings), method }, promises, (world) => world.observers.push(observed));
}
const complexity: Complexity = {
  phases: [...observed.phases].sort(),
  transitions: [...observed.transitions].sort(),
  messages: [...observed.messages].sort(),
  lines: [...(await coverage.end())].sort(),
};
parentPort?.postMessage(complexity);
