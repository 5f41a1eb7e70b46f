import { BrokenError, UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { withLock } from '../lab/lab-lock.ts';
import { describeLab } from '../lab/lab-machines.ts';
import { runCharacteristics } from './characteristics-run.ts';
import { describeResult, describeRun } from './describe-run.ts';
import { CHARACTERISTICS, type ExperimentCase, type ExperimentName, FAILURE_EXPERIMENTS, TARGET } from './experiments.ts';
import { runFailure, type RunOptions } from './failure-run.ts';
import { leaveNormal } from './leave-normal.ts';
import { type Moment, momentOf } from './moment.ts';
import type { RecordStore } from './record-store.ts';
import { RingOfLab } from './ring-of-lab.ts';
import type { RunRecord } from './run-record.ts';
import { missingRuns, type PastRun, remainingTime_s, type RunIdentity } from './schedule.ts';
import { useMethod } from './use-method.ts';

/** Runs one after the other that were placed wrongly: this machine is too busy to measure anything. */
const MOST_VOIDS = 3;

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

/**
 * How long the runs that are still to be done will take, in seconds.
 *
 * @param past what runs have taken so far, the changes of method included
 */
export function timeToGo_s(experiment: Experiment, past: readonly PastRun[] = experiment.store.records): number {
  const { restart_wait_ms, interval_ms } = experiment.inventory.timing;
  const guess_s = (restart_wait_ms + 8 * interval_ms) / 1000;
  return remainingTime_s(runsToDo(experiment), past, () => guess_s);
}

/**
 * Do the runs of an experiment that its record lacks, and write each down. The lab is brought up and bootstrapped first, and again for each change of method; in
 * the end it has the inventory's own method.
 *
 * @throws UserError when another experiment is at work on the lab; BrokenError when the ring does not become normal; AbortError when the signal is aborted:
 * the run under way is dropped, and all before it are recorded
 */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<void> {
  const { inventory, name } = experiment;
  const { names } = describeLab(inventory);
  await withLock(`dbss-experiment ${names.id}`, { purpose: `dbssctl experiment ${name}` }, async () => {
    const lab: LabMethod = { method: inventory.method };
    try {
      await doRuns(experiment, lab, options);
    } catch (error) {
      if (lab.method !== inventory.method)
        options.say(`the lab has the method ${lab.method} now; dbssctl bootstrap ${inventory.path} gives it its own`);
      throw error;
    }
    if (lab.method === inventory.method) return;
    options.say(`setting the lab back to the method of its inventory, ${inventory.method}`);
    await useMethod(inventory.path, inventory.method, options);
  });
}

/** The method that the lab has, or is being given. */
interface LabMethod {
  method: string;
}

async function doRuns(experiment: Experiment, lab: LabMethod, { signal, say }: RunOptions): Promise<void> {
  const total = experiment.cases.length * experiment.methods.length * experiment.runs;
  let ring: RingOfLab | undefined;
  let voids = 0;
  const past: PastRun[] = [];
  try {
    for (;;) {
      const started_ms = performance.now();
      const toDo = runsToDo(experiment);
      const [run] = toDo;
      if (run === undefined) return;
      if (ring === undefined || run.method !== lab.method) {
        ring?.close();
        lab.method = run.method;
        say(`bringing the lab up with the method ${run.method}`);
        ring = new RingOfLab(await useMethod(experiment.inventory.path, run.method, { signal, say: (line) => say(`  ${line}`) }));
      }
      const left_s = timeToGo_s(experiment, past.length > 0 ? past : undefined);
      say(describeRun(run, { total, left: toDo.length, end: new Date(Date.now() + left_s * 1000) }));
      const record = await runOne(experiment, ring, run, { signal, say: (step) => say(`  ${step}`) });
      await experiment.store.append(record);
      for (const line of describeResult(record)) say(`  ${line}`);
      past.push({ case: run.case, duration_s: (performance.now() - started_ms) / 1000 });
      voids = record.void === null ? 0 : voids + 1;
      if (voids === MOST_VOIDS) {
        throw new BrokenError(`${MOST_VOIDS} runs one after the other measured nothing: ${record.void ?? ''}`, {
          hint: 'this machine is too busy with other work; when it is quiet the same command goes on',
        });
      }
      if ((await ring.abnormalities()).length > 0) {
        // Nobody is there to repair it in the middle of a series; a bootstrap repairs what it can.
        ring.close();
        ring = undefined;
      }
    }
  } finally {
    ring?.close();
  }
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
    if (options.signal.aborted) await leaveNormal(ring, servers, begun_ms, options.say);
    throw error;
  }
}
