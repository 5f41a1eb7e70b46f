import { Worker } from 'node:worker_threads';
import { FAULT_KINDS, type FaultKind } from '../../cli/src/simulator/fault.ts';
import type { LevelName } from './promises.ts';
import type { RangeResult, SeedRange } from './soak-worker.ts';

const SEEDS_A_MESSAGE = 25;
/** So many failing seeds are told one by one. */
const TOLD = 60;

export interface SoakOptions {
  readonly seeds: number;
  readonly from: number;
  readonly level: LevelName;
  readonly workers: number;
  readonly say: (line: string) => void;
}

/** Run so many seeds on worker threads and tell what came of them; the last line is the sum. True when nothing was violated. */
export async function runSoak({ seeds, from, level, workers, say }: SoakOptions): Promise<boolean> {
  const started_ms = performance.now();
  const end = from + seeds - 1;
  let next = from;
  const total = { faults: new Map<FaultKind, number>(), recoveries: 0, simulated_ms: 0, violations: 0, failed: 0 };
  const nextRange = (): SeedRange | undefined => {
    if (next > end) return undefined;
    const range = { from: next, to: Math.min(end, next + SEEDS_A_MESSAGE - 1) };
    next = range.to + 1;
    return range;
  };
  const add = (result: RangeResult): void => {
    for (const [kind, count] of Object.entries(result.faults) as [FaultKind, number][])
      total.faults.set(kind, (total.faults.get(kind) ?? 0) + count);
    total.recoveries += result.recoveries;
    total.simulated_ms += result.simulated_ms;
    for (const { seed, violations } of result.failed) {
      total.failed += 1;
      total.violations += violations.length;
      if (total.failed > TOLD) continue;
      for (const { invariant, at_ms, what } of violations)
        say(`seed ${String(seed)}: invariant ${String(invariant)} after ${(at_ms / 1000).toFixed(1)} s: ${what.slice(0, 200)}`);
      say(`  npm run soak -- --level ${level} --replay ${String(seed)}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, () => work(level, nextRange, add)));
  for (const kind of FAULT_KINDS) if (total.faults.has(kind)) say(`${kind.padEnd(12)} ${String(total.faults.get(kind))}`);
  const faults = [...total.faults.values()].reduce((sum, count) => sum + count, 0);
  const took_s = (performance.now() - started_ms) / 1000;
  say(`level ${level}, ${(total.simulated_ms / 3_600_000).toFixed(1)} hours simulated in ${took_s.toFixed(0)} s`);
  if (total.failed > 0) say(`${String(total.failed)} seeds failed`);
  say(`${String(seeds)} seeds, ${String(faults)} faults, ${String(total.recoveries)} recoveries, ${String(total.violations)} violations`);
  return total.violations === 0;
}

/** One worker thread, given ranges until there are no more. */
function work(level: LevelName, nextRange: () => SeedRange | undefined, add: (result: RangeResult) => void): Promise<void> {
  const first = nextRange();
  if (first === undefined) return Promise.resolve();
  const worker = new Worker(new URL('./soak-worker.ts', import.meta.url), { workerData: level });
  return new Promise((resolve, reject) => {
    worker.on('message', (result: RangeResult) => {
      add(result);
      const range = nextRange();
      if (range !== undefined) worker.postMessage(range);
      else void worker.terminate().then(() => resolve());
    });
    worker.on('error', reject);
    worker.postMessage(first);
  });
}
