import { BrokenError } from '../errors.ts';
import { describeResult, describeRun } from './describe-run.ts';
import type { RunRecord } from './run-record.ts';
import { type PastRun, remainingTime_s, type RunIdentity } from './schedule.ts';

/** Runs one after the other that were placed wrongly: this machine is too busy to measure anything. */
const MOST_VOIDS = 3;

/** A lab that runs one method. */
export interface LabWithMethod {
  /** What is not normal now, in words. */
  readonly abnormalities: () => Promise<readonly string[]>;
  readonly close: () => void;
}

/** A series of runs, and what it is done with. */
export interface Series<Lab extends LabWithMethod> {
  /** The method that the lab is left with. */
  readonly ownMethod: string;
  /** All runs, those that are recorded included. */
  readonly total: number;
  /** Runs that are not recorded, in their order; asked anew after each run. */
  readonly toDo: () => readonly RunIdentity[];
  /** How long earlier runs took, for the first estimate. */
  readonly earlier: readonly PastRun[];
  readonly guess_s: number;
  /** Bring the lab up with a method, or repair it. */
  readonly useMethod: (method: string) => Promise<Lab>;
  readonly run: (lab: Lab, run: RunIdentity) => Promise<RunRecord>;
  readonly append: (record: RunRecord) => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Do the runs that are missing, each recorded when it is done. The lab gets the method of each run before it, and its own one in the end.
 *
 * @throws BrokenError when nothing can be measured here, and what a run throws: it is not recorded, and all before it are
 */
export async function runSeries<Lab extends LabWithMethod>(series: Series<Lab>): Promise<void> {
  const state = { method: series.ownMethod };
  try {
    await doRuns(series, state);
  } catch (error) {
    if (state.method !== series.ownMethod) series.say(`the lab has the method ${state.method} now; dbssctl bootstrap gives it its own`);
    throw error;
  }
  if (state.method === series.ownMethod) return;
  series.say(`setting the lab back to the method of its inventory, ${series.ownMethod}`);
  (await series.useMethod(series.ownMethod)).close();
}

async function doRuns<Lab extends LabWithMethod>(series: Series<Lab>, state: { method: string }): Promise<void> {
  const { say } = series;
  const past: PastRun[] = [];
  let lab: Lab | undefined;
  let voids = 0;
  try {
    for (;;) {
      const started_ms = performance.now();
      const toDo = series.toDo();
      const [run] = toDo;
      if (run === undefined) return;
      if (lab === undefined || run.method !== state.method) {
        lab?.close();
        lab = undefined;
        state.method = run.method;
        say(`bringing the lab up with the method ${run.method}`);
        lab = await series.useMethod(run.method);
      }
      const left_s = remainingTime_s(toDo, past.length > 0 ? past : series.earlier, () => series.guess_s);
      say(describeRun(run, { total: series.total, left: toDo.length, end: new Date(Date.now() + left_s * 1000) }));
      const record = await series.run(lab, run);
      await series.append(record);
      for (const line of describeResult(record)) say(`  ${line}`);
      past.push({ case: run.case, duration_s: (performance.now() - started_ms) / 1000 });
      voids = record.void === null ? 0 : voids + 1;
      if (voids === MOST_VOIDS) {
        throw new BrokenError(`${MOST_VOIDS} runs one after the other measured nothing: ${record.void ?? ''}`, {
          hint: 'this machine is too busy with other work; when it is quiet the same command goes on',
        });
      }
      if ((await lab.abnormalities()).length > 0) {
        // Nobody is there to repair it in the middle of a series; a bootstrap repairs what it can.
        lab.close();
        lab = undefined;
      }
    }
  } finally {
    lab?.close();
  }
}
