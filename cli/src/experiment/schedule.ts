/** Which run of which experiment. Runs of one case and method are counted from 1. */
export interface RunIdentity {
  readonly case: string;
  readonly method: string;
  readonly index: number;
}

export interface RunPlan {
  readonly cases: readonly string[];
  readonly methods: readonly string[];
  /** Of each case with each method. */
  readonly runs: number;
}

/**
 * Runs that are still to be done, in their order. Methods alternate, and cases with them, so that what changes on the machine in the course of hours befalls all of
 * them alike. The order of the methods turns from one case to the next (ring, p2p | p2p, ring | …), so that the lab changes its method once for each; over the runs
 * of a case each method comes first as often as last.
 *
 * @param done runs that count
 */
export function missingRuns({ cases, methods, runs }: RunPlan, done: readonly RunIdentity[]): readonly RunIdentity[] {
  const known = new Set(done.map(keyOf));
  const missing: RunIdentity[] = [];
  let turned = false;
  for (let index = 1; index <= runs; index += 1) {
    for (const name of casesOfRound(cases, index)) {
      for (const method of turned ? methods.toReversed() : methods) missing.push({ case: name, method, index });
      turned = !turned;
    }
  }
  return missing.filter((run) => !known.has(keyOf(run)));
}

/** With an even number of cases each would have the same order of methods in every round, so each round begins with another case. */
function casesOfRound(cases: readonly string[], index: number): readonly string[] {
  const by = cases.length % 2 === 0 ? (index - 1) % cases.length : 0;
  return [...cases.slice(by), ...cases.slice(0, by)];
}

/** How long a run took. */
export interface PastRun {
  readonly case: string;
  readonly duration_s: number;
}

/**
 * How long the remaining runs will take: each as long as those of its case on average, else as all others, else as guessed.
 *
 * @param guess_s by case, while nothing is known
 */
export function remainingTime_s(
  remaining: readonly RunIdentity[],
  past: readonly PastRun[],
  guess_s: (caseName: string) => number,
): number {
  const overall = meanOf(past);
  return remaining.reduce((sum, run) => sum + (meanOf(past.filter((one) => one.case === run.case)) ?? overall ?? guess_s(run.case)), 0);
}

function meanOf(past: readonly PastRun[]): number | undefined {
  return past.length === 0 ? undefined : past.reduce((sum, { duration_s }) => sum + duration_s, 0) / past.length;
}

function keyOf(run: RunIdentity): string {
  return `${run.case} ${run.method} ${run.index}`;
}
