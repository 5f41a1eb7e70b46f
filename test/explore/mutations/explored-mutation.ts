import type { Mutation, Patch } from '../../mutations/mutation.ts';
import { explore } from '../explore.ts';
import type { Scope } from '../scope.ts';

/** A rule of ownership that is dropped: text of the core that is replaced, or a wrong runtime or kernel in the scope. */
export interface ExploredMutation {
  readonly rule: string;
  /** Files below agent/src/protocol/ownership. */
  readonly patches: readonly Patch[];
  readonly scope: Scope;
  readonly harmless?: string;
}

/** States after which a search ends. */
const LIMIT = 1_000_000;

/** It is tried by the explorer, and the core as it is within the same bounds for as many states, with kernel and runtime as they should be. */
export function exploredMutation({ rule, patches, scope, harmless }: ExploredMutation): Mutation {
  return {
    rule,
    patches: patches.map(({ file, ...patch }) => ({ file: `ownership/${file}`, ...patch })),
    ...(harmless === undefined ? {} : { harmless }),
    trial: {
      search: () => {
        const { violation, states, complete, trace } = explore(scope, LIMIT);
        const bounds = complete ? 'all within the bounds' : 'the limit';
        const effort =
          violation === undefined ? `${String(states)} states, ${bounds}` : `${String(trace.length)} moves, ${String(states)} states`;
        return { violation, effort, at: states, trace: trace.map((what, at) => `${String(at + 1).padStart(2)}. ${what}`) };
      },
      again: (states) => explore({ ...scope, wrong: {} }, states).violation,
    },
  };
}
