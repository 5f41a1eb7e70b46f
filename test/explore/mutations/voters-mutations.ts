import { COARSE, type Scope } from '../scope.ts';
import type { ExploredMutation } from './explored-mutation.ts';
import { HELD } from './mutation-scopes.ts';

/** All but c were removed from the voters. */
const ALONE = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { version: 3, voters: ['c'] }]));
const SAME = { ...COARSE, long_lease_ms: COARSE.lease_ms };
const CHANGED: Scope = {
  ...HELD,
  claimants: ['a', 'c'],
  lease: SAME,
  wants: [
    { leader: 'c', voters: ['b', 'c'] },
    { leader: 'c', voters: ['c'] },
  ],
  chances: { hold: 1, want: 2, timer: 3 },
  steps: 1,
};
/** c, which has granted nothing, is to become the only voter. */
const LED: Scope = { ...CHANGED, held: ['b'], wants: [{ leader: 'c', voters: ['c'] }], steps: 2 };

/** Rules of the changes of the voters. */
export const VOTERS_MUTATIONS: readonly ExploredMutation[] = [
  {
    rule: 'H5: new voters have acknowledged nothing',
    patches: [{ file: 'holder/wanting.ts', find: '    phase.acked = emptyRecord();\n', replace: '' }],
    scope: { ...CHANGED, chances: { hold: 1, want: 1, timer: 2 }, wants: [{ leader: 'c', voters: ['b', 'c'] }], steps: 0 },
    harmless:
      'A lock is bound to the claim, not to a configuration, and majorities of neighbours meet. It matters only to who slept over two changes, and then its asks are over.',
  },
  {
    rule: 'H3: who was removed from the voters does not count',
    patches: [
      {
        file: 'ownership-step.ts',
        find: 'configuration?.voters.some((one) => one.name === voter && one.uuid === uuid) !== true',
        replace: 'configuration === undefined',
      },
      {
        file: 'holder/counting.ts',
        find: 'switchOn(context, asking, majoritySequence(configuration, asking.acked));',
        replace:
          'const voters = Object.keys(asking.acked).map((name) => ({ name, uuid: name, weight: 1 }));\n  switchOn(context, asking, voters.length * 2 > configuration.voters.length ? majoritySequence({ ...configuration, voters }, asking.acked) : 0);',
      },
      {
        file: 'holder/asking.ts',
        find: 'for (const { name } of configuration.voters)',
        replace: 'for (const { name } of context.state.inventory.voters)',
      },
    ],
    scope: { ...HELD, claimants: ['a', 'c'], held: undefined, configured: ALONE, wants: [], chances: { hold: 2 }, steps: 0 },
  },
  {
    rule: 'C1: no yes under an older configuration',
    patches: [
      { file: 'voter/voter.ts', find: 'if (order < 0)', replace: 'if (order < -1000)' },
      { file: 'ownership-step.ts', find: 'if (order !== 0 || configuration', replace: 'if (configuration' },
    ],
    scope: {
      ...HELD,
      claimants: ['a', 'c'],
      held: undefined,
      configured: { b: { version: 2, voters: ['b', 'c'] }, c: { version: 3, voters: ['c'] } },
      wants: [],
      chances: { hold: 2 },
      messages: 2,
      steps: 0,
    },
  },
  {
    rule: 'C2: the term is written anew',
    patches: [
      { file: 'leader/leader.ts', find: '...configuration, term, version', replace: '...configuration, version' },
      {
        file: 'leader/leader.ts',
        find: 'document.configuration?.term === leader.claim.epoch',
        replace: 'document.configuration?.term === 1',
      },
    ],
    scope: {
      ...CHANGED,
      held: undefined,
      wants: [
        { leader: 'c', voters: ['b', 'c'] },
        { leader: 'b', voters: ['a', 'b'] },
      ],
      chances: { want: 2, timer: 2 },
      steps: 2,
    },
  },
  {
    rule: 'C3: the next change waits for the leases of before',
    patches: [
      {
        file: 'leader/leader.ts',
        find: "else leader.ready_mono_ms ??= context.in(voterWait_ms(context.lease, 'long'));",
        replace: 'else leader.ready_mono_ms ??= context.in(0);',
      },
      {
        file: 'leader/leader.ts',
        find: 'context.passed(leader.ready_mono_ms) ? undefined : leader.ready_mono_ms]',
        replace: 'leader.ready_mono_ms]',
      },
    ],
    scope: { ...LED, chances: { hold: 1, want: 1, timer: 2 }, only: { hold: ['c'], timer: ['c'] }, steps: 0 },
  },
  {
    rule: 'C3: the next change needs a majority of the present voters',
    patches: [{ file: 'leader/leader.ts', find: 'return yes * 2 > all;', replace: 'return yes > 0;' }],
    scope: { ...LED, chances: { hold: 1, want: 1, timer: 3 }, only: { hold: ['c'] }, steps: 4 },
  },
  {
    rule: 'C3: one vote at a time',
    patches: [
      {
        file: 'leader/next-configuration.ts',
        find: 'const tooHeavy = present',
        replace:
          'if (target.length > 0 && JSON.stringify(target) !== JSON.stringify(present.voters)) return next(target);\n  const tooHeavy = present',
      },
    ],
    scope: { ...LED, chances: { want: 1, timer: 1 }, only: { timer: ['c'] } },
  },
  {
    rule: 'V3: the configuration is on disk',
    patches: [
      {
        file: 'voter/document.ts',
        find: 'request: STORE_VOTER, document }',
        replace: 'request: STORE_VOTER, document: { ...document, configuration: context.configuration } }',
      },
    ],
    scope: {
      ...HELD,
      claimants: ['c', 'a'],
      held: undefined,
      configured: { c: { version: 2, voters: ['b', 'c'] } },
      wants: [],
      chances: { hold: 1, restart: 1 },
      steps: 0,
    },
  },
];
