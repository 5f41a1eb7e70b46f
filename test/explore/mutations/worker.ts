/** One mutation on one thread: the modules of the core are patched as they are loaded, so that production code knows nothing of it. */
import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Exploration } from '../explore.ts';
import type { Scope } from '../scope.ts';
import { OWNERSHIP_MUTATIONS } from './ownership-mutations.ts';

const FOLDER = '/agent/src/protocol/ownership/';
const { index, limit } = workerData as { readonly index: number; readonly limit: number };
const mutation = OWNERSHIP_MUTATIONS[index];
if (mutation === undefined) throw new Error(`no mutation ${String(index)}`);
const open = new Set(mutation.patches);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const patches = mutation.patches.filter(({ file }) => url.endsWith(`${FOLDER}${file}`));
    if (patches.length === 0) return loaded;
    let source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    for (const patch of patches) {
      if (source.split(patch.find).length !== 2) throw new Error(`${patch.file} does not have once: ${patch.find}`);
      source = source.replace(patch.find, () => patch.replace);
      open.delete(patch);
    }
    return { ...loaded, source };
  },
});

const { explore } = (await import('../explore.ts')) as { explore: (scope: Scope, limit: number) => Exploration };
const exploration = explore(mutation.scope, limit);
if (open.size > 0) throw new Error(`nothing was patched for: ${mutation.rule}`);
parentPort?.postMessage(exploration);
