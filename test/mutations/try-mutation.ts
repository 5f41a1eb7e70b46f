import { Worker } from 'node:worker_threads';
import type { Finding, Mutation } from './mutation.ts';
import type { TrialWork } from './worker.ts';

/** What came of a mutation. */
export interface Tried {
  readonly mutation: Mutation;
  /** `wrong`: not caught and not explained, or explained and caught, or the code without the mutation is caught as well. */
  readonly verdict: 'caught' | 'explained' | 'wrong';
  readonly finding: Finding | undefined;
  /** Why it is wrong. */
  readonly why: string | undefined;
}

/** Let the mutated code be tried, and where it is caught the code without the mutation at the same place: that must hold. */
export async function tryMutation(mutation: Mutation, trace: boolean): Promise<Tried> {
  const { rule, patches, harmless } = mutation;
  let finding: Finding | undefined;
  try {
    finding = await onThread<Finding>({ rule, patches, trace });
    if (finding.violation === undefined) {
      return {
        mutation,
        finding,
        verdict: harmless === undefined ? 'wrong' : 'explained',
        why: harmless === undefined ? 'NOT CAUGHT' : undefined,
      };
    }
    if (harmless !== undefined) return { mutation, finding, verdict: 'wrong', why: 'CAUGHT, though it is explained' };
    const without = await onThread<string | undefined>({ rule, patches: [], trace: false, at: finding.at });
    if (without !== undefined) return { mutation, finding, verdict: 'wrong', why: `WITHOUT THE MUTATION AS WELL: ${without}` };
    return { mutation, finding, verdict: 'caught', why: undefined };
  } catch (error) {
    // A mutant that throws was not judged by any checker.
    return { mutation, finding, verdict: 'wrong', why: `CRASHED: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function onThread<T>(work: TrialWork): Promise<T> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: work });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
