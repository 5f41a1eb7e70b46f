import type { RecoveryTimes } from '../inspect/recoveries.ts';
import { FAILURE_EXPERIMENTS, type FailureExperimentName, type Problem } from './experiments.ts';
import { targetsOf } from './measure-run.ts';
import { type PaperTimes, paperTimes } from './paper-figures.ts';
import type { FailureRecord, MeasuredTarget } from './run-record.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** What the runs of one case with one method came to for one server. Times in seconds. */
export interface Cell {
  readonly case: string;
  readonly method: string;
  readonly server: string;
  readonly problem: Problem;
  /** Recovery time of the server function, from detection to recovery (§5.2). */
  readonly serverFunction_s: Spread;
  /** Recovery time of the target server. */
  readonly target_s: Spread;
  /** Access disconnection time at the client. */
  readonly disconnection_s: Spread;
  /** What the client lacked after that, until the server had its address back. */
  readonly whileServed_s: Spread;
  /** What the return of the server cost the client. */
  readonly atReturn_s: Spread;
  /** In how many runs each manager recovered the function. */
  readonly recoveredBy: Readonly<Record<string, number>>;
  /** Of what the recoveries consisted, over those whose logs tell it. */
  readonly components: Readonly<Record<Component, Spread>>;
  readonly paper: PaperTimes;
}

/** The parts of a recovery in their order; behind them what the client's own work takes, and the wait for its next attempt. */
export const COMPONENTS = [
  'faultToDetection_s',
  'detection_s',
  'reexamination_s',
  'selection_s',
  'resume_s',
  'installation_s',
  'address_s',
  'firstAnswer_s',
] as const;
export type Component = (typeof COMPONENTS)[number];

/**
 * Medians and spread of an experiment's runs, in the paper's order.
 *
 * @param records runs that count; void ones are left out
 */
export function summarize(experiment: FailureExperimentName, records: readonly FailureRecord[]): readonly Cell[] {
  const counted = records.filter((record) => record.void === null);
  const methods = methodsOf(counted);
  return FAILURE_EXPERIMENTS[experiment].cases.flatMap(({ name, faults }) =>
    faults.flatMap(({ server, problem }) =>
      methods.flatMap((method): readonly Cell[] => {
        const runs = counted.filter((record) => record.case === name && record.method === method);
        const targets = runs.flatMap((record) => targetsOf(record).filter((target) => target.server === server));
        if (targets.length === 0) return [];
        const paper = paperTimes(experiment, name, server, method) ?? {};
        return [{ case: name, method, server, problem, ...timesOf(targets), paper }];
      }),
    ),
  );
}

function countOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((other) => other === name).length]));
}

/** Methods of the runs, in the order in which they were first run. */
export function methodsOf(records: readonly { readonly method: string }[]): readonly string[] {
  return [...new Set(records.map(({ method }) => method))];
}

function timesOf(targets: readonly MeasuredTarget[]): Omit<Cell, 'case' | 'method' | 'server' | 'problem' | 'paper'> {
  const component = (key: keyof RecoveryTimes): Spread => spreadOf(targets.flatMap(({ recovery }) => recovery?.times[key] ?? []));
  return {
    serverFunction_s: spreadOf(targets.map(({ recovery }) => recovery?.times.serverFunction_s ?? null)),
    target_s: spreadOf(targets.map(({ recovery }) => recovery?.times.target_s ?? null)),
    disconnection_s: spreadOf(targets.map(({ disconnection_s }) => disconnection_s)),
    whileServed_s: spreadOf(targets.map(({ whileServed_s }) => whileServed_s)),
    atReturn_s: spreadOf(targets.map(({ atReturn_s }) => atReturn_s)),
    recoveredBy: countOf(targets.flatMap(({ recovery }) => recovery?.manager ?? [])),
    components: {
      faultToDetection_s: component('faultToDetection_s'),
      detection_s: component('detection_s'),
      reexamination_s: component('reexamination_s'),
      selection_s: component('selection_s'),
      resume_s: component('resume_s'),
      installation_s: component('installation_s'),
      address_s: component('address_s'),
      firstAnswer_s: spreadOf(targets.flatMap(({ firstAnswer_s }) => firstAnswer_s ?? [])),
    },
  };
}
