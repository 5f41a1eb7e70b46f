import { parentPort, workerData } from 'node:worker_threads';
import type { Violation } from '../../cli/src/simulator/checkers/promise.ts';
import type { FaultKind } from '../../cli/src/simulator/fault.ts';
import { runScenario } from '../../cli/src/simulator/run-scenario.ts';
import { type LevelName, partOf } from './promises.ts';
import { randomScenario } from './random-scenario.ts';

/** Seeds that one message of the main thread gives, both ends included. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

/** What a range of seeds came to. */
export interface RangeResult {
  readonly seeds: number;
  readonly faults: Partial<Record<FaultKind, number>>;
  readonly recoveries: number;
  readonly simulated_ms: number;
  readonly failed: readonly { readonly seed: number; readonly violations: readonly Violation[] }[];
}

const level = workerData as LevelName;

parentPort?.on('message', ({ from, to }: SeedRange) => {
  const faults: Partial<Record<FaultKind, number>> = {};
  const failed: { seed: number; violations: readonly Violation[] }[] = [];
  let recoveries = 0;
  let simulated_ms = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const { settings, promises } = partOf(level, seed);
    const result = runScenario(randomScenario(seed, settings), promises);
    for (const [kind, count] of Object.entries(result.faults) as [FaultKind, number][]) faults[kind] = (faults[kind] ?? 0) + count;
    recoveries += result.recoveries;
    simulated_ms += result.simulated_ms;
    if (result.violations.length > 0) failed.push({ seed, violations: result.violations });
  }
  parentPort?.postMessage({ seeds: to - from + 1, faults, recoveries, simulated_ms, failed } satisfies RangeResult);
});
