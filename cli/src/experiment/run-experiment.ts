import { UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { withLock } from '../lab/lab-lock.ts';
import { describeLab } from '../lab/lab-machines.ts';
import { runCharacteristics } from './characteristics-run.ts';
import { CHARACTERISTICS, type ExperimentCase, type ExperimentName, FAILURE_EXPERIMENTS, TARGET } from './experiments.ts';
import { runFailure, type RunOptions } from './failure-run.ts';
import { inWords } from './keep-going.ts';
import { failedSince, leaveNormal } from './leave-normal.ts';
import { type Moment, momentOf } from './moment.ts';
import type { RecordStore } from './record-store.ts';
import { RingOfLab } from './ring-of-lab.ts';
import { presentConditions, requireSameAccelerator } from './run-conditions.ts';
import type { RunRecord } from './run-record.ts';
import { runSeries } from './run-series.ts';
import { missingRuns, remainingTime_s, type RunIdentity } from './schedule.ts';
import { useMethod } from './use-method.ts';

export interface Experiment {
  readonly name: ExperimentName;
  /** As the inventory's file has it. */
  readonly inventory: Inventory;
  readonly methods: readonly string[];
  /** Names of the cases that are to be run. */
  readonly cases: readonly string[];
  /** Of each case with each method. */
  readonly runs: number;
  readonly moment: Moment;
  readonly seed: number;
  readonly store: RecordStore;
}

/** The cases of an experiment, in their order. In Table 1's the server fails only to be started. */
export function casesOf(experiment: ExperimentName): readonly ExperimentCase[] {
  if (experiment === 'table1') return [{ name: CHARACTERISTICS, faults: [{ server: TARGET, problem: 'Nt' }] }];
  return FAILURE_EXPERIMENTS[experiment].cases;
}

/** @throws UserError when the inventory lacks a server of the experiment, or has no lab */
export function requireServers(experiment: ExperimentName, inventory: Inventory): void {
  describeLab(inventory);
  const needed = new Set(casesOf(experiment).flatMap(({ faults }) => faults.map(({ server }) => server)));
  const missing = [...needed].filter((name) => !inventory.servers.some((server) => server.name === name));
  if (missing.length === 0) return;
  throw new UserError(`${inventory.path}: ${experiment} needs servers called ${missing.join(', ')}`, {
    hint: 'inventories/lab.yml has the servers of the paper (Fig. 13)',
  });
}

/** Runs of an experiment that its record lacks. */
export function runsToDo({
  cases,
  methods,
  runs,
  store,
}: Pick<Experiment, 'cases' | 'methods' | 'runs' | 'store'>): readonly RunIdentity[] {
  return missingRuns(
    { cases, methods, runs },
    store.records.filter((record) => record.void === null),
  );
}

/** How long the runs that are still to be done will take, in seconds. */
export function timeToGo_s(experiment: Experiment): number {
  return remainingTime_s(runsToDo(experiment), experiment.store.records, () => guess_s(experiment));
}

function guess_s({ inventory: { timing } }: Experiment): number {
  return (timing.restart_wait_ms + 8 * timing.interval_ms) / 1000;
}

/**
 * Do the runs of an experiment that its record lacks, and write each down. The lab is brought up and bootstrapped first, and again for each change of method; in
 * the end it has the inventory's own method.
 *
 * @throws UserError when another experiment is at work on the lab, or its program has been built anew; BrokenError when the lab is broken and stays so; AbortError when the signal is aborted:
 * the run under way is dropped, and all before it are recorded
 */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<void> {
  const { inventory, name, store } = experiment;
  const { signal, say } = options;
  const { names } = describeLab(inventory);
  await withLock(`dbss-experiment ${names.id}`, { purpose: `dbssctl experiment ${name}`, subject: 'this lab' }, () =>
    runSeries<RingOfLab>({
      ownMethod: inventory.method,
      total: experiment.cases.length * experiment.methods.length * experiment.runs,
      toDo: () => runsToDo(experiment),
      earlier: store.records,
      guess_s: guess_s(experiment),
      useMethod: async (method) => {
        // What is built when all runs are done changes none of them.
        const program = runsToDo(experiment).length === 0 ? undefined : store.configuration.agent;
        const ring = new RingOfLab(await useMethod(inventory.path, method, { signal, say: (line) => say(`  ${line}`), program }));
        if (program !== undefined) requireSameAccelerator(store.records, (await presentConditions(inventory)).accelerator);
        return ring;
      },
      run: (ring, run) => runOne(experiment, ring, run, { signal, say: (step) => say(`  ${step}`) }),
      append: (record) => store.append(record),
      say,
      signal,
    }),
  );
}

async function runOne(experiment: Experiment, ring: RingOfLab, run: RunIdentity, options: RunOptions): Promise<RunRecord> {
  const begun_ms = Date.now();
  const plan = casesOf(experiment.name).find(({ name }) => name === run.case);
  if (plan === undefined) throw new Error(`${experiment.name} has no case ${run.case}`);
  const planned_ms = momentOf(experiment.moment, ring.inventory.timing.interval_ms, run, experiment.seed);
  try {
    if (experiment.name === 'table1') return await runCharacteristics(ring, run, options);
    return await runFailure(ring, { ...run, plan, planned_ms }, options);
  } catch (error) {
    const servers = plan.faults.map(({ server }) => server);
    const hasFailed = failedSince(ring.inventory, servers, begun_ms);
    if (hasFailed) {
      const why = options.signal.aborted ? 'broken off' : inWords(error);
      const [begun, dropped] = [begun_ms, Date.now()].map((time_ms) => new Date(time_ms).toISOString()) as [string, string];
      await experiment.store.noteDropped({ ...run, begun, dropped, why });
    }
    if (options.signal.aborted) await leaveNormal(ring, servers, begun_ms, options.say);
    throw error;
  }
}
