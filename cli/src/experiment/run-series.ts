import { BrokenError, UserError } from '../errors.ts';
import { describeResult, describeRun } from './describe-run.ts';
import { inWords } from './keep-going.ts';
import type { RunRecord } from './run-record.ts';
import { type PastRun, remainingTime_s, type RunIdentity } from './schedule.ts';

/** Runs one after the other that were placed wrongly: this machine is too busy to measure anything. */
const MOST_VOIDS = 3;
/** Tries one after the other that broke before a run's servers had failed: what is broken does not mend by itself. */
const MOST_FAILURES = 3;

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
  readonly signal: AbortSignal;
}

/**
 * Do the runs that are missing, each recorded when it is done. The lab gets the method of each run before it, and its own one in the end. What breaks before a
 * run's servers have failed is said, the lab is brought up again, and the run is tried again.
 *
 * @throws UserError as it comes; BrokenError when nothing can be measured here or three tries in a row broke; AbortError when the signal is aborted: the run under
 * way is not recorded, and all before it are
 */
export async function runSeries<Lab extends LabWithMethod>(series: Series<Lab>): Promise<void> {
  const state: State<Lab> = { method: series.ownMethod, lab: undefined };
  try {
    await doRuns(series, state);
  } catch (error) {
    if (state.method !== series.ownMethod) series.say(`the lab has the method ${state.method} now; dbssctl bootstrap gives it its own`);
    throw error;
  } finally {
    leave(state);
  }
  if (state.method === series.ownMethod) return;
  series.say(`setting the lab back to the method of its inventory, ${series.ownMethod}`);
  (await series.useMethod(series.ownMethod)).close();
}

/** The method that the lab has, and the lab while it is in use. */
interface State<Lab> {
  method: string;
  lab: Lab | undefined;
}

async function doRuns<Lab extends LabWithMethod>(series: Series<Lab>, state: State<Lab>): Promise<void> {
  const { say } = series;
  const past: PastRun[] = [];
  let voids = 0;
  let failures = 0;
  for (;;) {
    const started_ms = performance.now();
    const toDo = series.toDo();
    const [run] = toDo;
    if (run === undefined) return;
    const left_s = remainingTime_s(toDo, past.length > 0 ? past : series.earlier, () => series.guess_s);
    say(describeRun(run, { total: series.total, left: toDo.length, end: new Date(Date.now() + left_s * 1000) }));
    let record: RunRecord;
    try {
      record = await series.run(await labWith(series, state, run.method), run);
    } catch (error) {
      // Nobody is there to repair it in the middle of a series; a bootstrap repairs what it can.
      leave(state);
      if (series.signal.aborted || error instanceof UserError) throw error;
      failures += 1;
      if (failures === MOST_FAILURES) {
        throw new BrokenError(`${MOST_FAILURES} tries one after the other broke before anything was measured: ${inWords(error)}`, {
          cause: error,
          hint: 'dbssctl ring show and dbssctl log say more; when it is repaired the same command goes on',
        });
      }
      say(`  the run has not begun: ${inWords(error)}; it is tried again`);
      continue;
    }
    failures = 0;
    await series.append(record);
    for (const line of describeResult(record)) say(`  ${line}`);
    past.push({ case: run.case, duration_s: (performance.now() - started_ms) / 1000 });
    voids = record.void === null ? 0 : voids + 1;
    if (voids === MOST_VOIDS) {
      throw new BrokenError(`${MOST_VOIDS} runs one after the other measured nothing: ${record.void ?? ''}`, {
        hint: 'this machine is too busy with other work; when it is quiet the same command goes on',
      });
    }
    if (await isAbnormal(state, say)) leave(state);
  }
}

/** The lab with a method; it is brought up where it has another one, or has to be repaired. */
async function labWith<Lab extends LabWithMethod>(series: Series<Lab>, state: State<Lab>, method: string): Promise<Lab> {
  if (state.lab !== undefined && state.method === method) return state.lab;
  leave(state);
  state.method = method;
  series.say(`  bringing the lab up with the method ${method}`);
  state.lab = await series.useMethod(method);
  return state.lab;
}

/** A lab that cannot be looked at is none to measure on. */
async function isAbnormal(state: State<LabWithMethod>, say: (line: string) => void): Promise<boolean> {
  try {
    return state.lab !== undefined && (await state.lab.abnormalities()).length > 0;
  } catch (error) {
    say(`  the lab cannot be looked at: ${inWords(error)}`);
    return true;
  }
}

function leave(state: State<LabWithMethod>): void {
  state.lab?.close();
  state.lab = undefined;
}
