import { COARSE } from '../scope.ts';
import { machinesOf } from '../scopes.ts';

/** a holds by the votes of all; small bounds, which a mutation makes its own. */
export const HELD = {
  name: 'held',
  machines: machinesOf('a', 'b', 'c'),
  claimants: ['a', 'b'],
  lease: COARSE,
  held: ['b', 'c'],
  messages: 1,
  steps: 2,
} as const;
