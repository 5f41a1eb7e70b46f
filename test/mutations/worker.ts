/**
 * One trial on one thread. The modules of the protocol are patched as they are loaded, so that production code knows nothing of it; without patches the
 * trial runs the code as it is.
 */
import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Mutation, Patch } from './mutation.ts';
import { patched, patchesFor } from './patched.ts';

/** `at`: where the code without the mutation is tried; the mutated code is searched. */
export interface TrialWork {
  readonly rule: string;
  readonly patches: readonly Patch[];
  readonly trace: boolean;
  readonly at?: number;
}

const { rule, patches, trace, at } = workerData as TrialWork;
const open = new Set(patches);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const mine = patchesFor(patches, url);
    if (mine.length === 0) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    for (const patch of mine) open.delete(patch);
    return { ...loaded, source: patched(source, mine) };
  },
});

const { MUTATIONS } = (await import('./all.ts')) as { MUTATIONS: readonly Mutation[] };
const mutation = MUTATIONS.find((one) => one.rule === rule);
if (mutation === undefined) throw new Error(`no mutation ${rule}`);
if (open.size > 0) throw new Error(`nothing was patched for: ${rule}`);
parentPort?.postMessage(at === undefined ? mutation.trial.search(trace) : mutation.trial.again(at));
