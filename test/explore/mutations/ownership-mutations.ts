import type { Scope } from '../scope.ts';
import { machinesOf } from '../scopes.ts';
import type { ExploredMutation } from './explored-mutation.ts';
import { HELD } from './mutation-scopes.ts';

/** c has the votes of a majority by itself. */
const HEAVY: Scope['machines'] = HELD.machines.map((machine) => ({ ...machine, weight: machine.name === 'c' ? 3 : 1 }));
/** The holder has no vote itself. */
const TWO = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { version: 1, voters: ['b', 'c'] }]));
/** b has the only vote. */
const VOTER = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { version: 1, voters: ['b'] }]));
const FAST: Scope['machines'] = HELD.machines.map((machine) => ({ ...machine, clock: 'fast' }));
/** Only c has granted what a holds: b has never heard of it. */
const ONE = { ...HELD, held: ['c'] } as const;
const TAKEN: Scope = { ...HELD, chances: { hold: 1, timer: 1 }, only: { timer: ['b'] }, unsupported: true };
const FOUR: Scope = { ...HELD, machines: machinesOf('a', 'b', 'c', 'd'), chances: { hold: 1 } };
const V6 = "if (lock !== undefined && !lock.freed && !context.passed(lock.until_mono_ms)) return 'refuse';";
const RESTART_WAIT = "voter.notBefore_mono_ms = context.in(voterWait_ms(context.lease, 'long'));";
const WRITTEN = '.filter(({ written }) => written)';
const SWITCH = "context.emit({ kind: 'switch-lease', address, mark: markOf(sequence) });";

/** Rules of voters and holders. */
export const OWNERSHIP_MUTATIONS: readonly ExploredMutation[] = [
  {
    rule: 'D ≥ L: a voter waits for less than the lease',
    patches: [
      {
        file: 'durations.ts',
        find: 'return (enforced_ms * (1 + lease.clock_error)) / (1 - lease.clock_error);',
        replace: 'return enforced_ms / 2;',
      },
    ],
    scope: TAKEN,
  },
  {
    rule: 'D covers the error of the clocks',
    patches: [
      {
        file: 'durations.ts',
        find: 'return (enforced_ms * (1 + lease.clock_error)) / (1 - lease.clock_error);',
        replace: 'return lease.lease_ms;',
      },
    ],
    scope: TAKEN,
  },
  {
    rule: 'V6: waiting before another claim is granted',
    patches: [{ file: 'voter/verdict.ts', find: V6, replace: '' }],
    scope: { ...TAKEN, steps: 0 },
  },
  {
    rule: 'V6: no exception for the same machine',
    patches: [
      { file: 'voter/verdict.ts', find: V6, replace: V6.replace('!lock.freed', '!lock.freed && lock.claim.holder !== claim.holder') },
    ],
    scope: { ...ONE, chances: { hold: 2, 'give-up': 1, timer: 1 }, only: { timer: ['a'] }, messages: 2, steps: 1 },
    harmless:
      'A machine claims anew only when nothing of its earlier claim passes any more (H6, H1), and its late asks have an older epoch: the explorer finds no history where the exception harms.',
  },
  {
    rule: 'V4: a renewal prolongs the wait',
    patches: [{ file: 'voter/voter.ts', find: 'Math.max(sooner_mono_ms, until_mono_ms)', replace: 'sooner_mono_ms' }],
    scope: { ...HELD, chances: { hold: 1, timer: 2 } },
  },
  {
    rule: 'V4: a long wait is remembered over a short ask',
    patches: [{ file: 'voter/voter.ts', find: 'Math.max(sooner_mono_ms, until_mono_ms)', replace: 'until_mono_ms' }],
    scope: { ...ONE, chances: { hold: 1, prepare: 1, restart: 1, timer: 1 }, only: { restart: ['a'], timer: ['a'] }, steps: 2 },
  },
  {
    rule: 'V1: a voter that starts waits',
    patches: [{ file: 'voter/recall.ts', find: RESTART_WAIT, replace: '' }],
    scope: { ...ONE, chances: { hold: 1, restart: 1 }, steps: 0, unsupported: true },
  },
  {
    rule: 'V1: it waits for the longest lease',
    patches: [{ file: 'voter/recall.ts', find: RESTART_WAIT, replace: RESTART_WAIT.replace('long', 'short') }],
    scope: { ...ONE, chances: { hold: 1, prepare: 1, restart: 1 }, only: { restart: ['c'] }, steps: 2 },
  },
  {
    rule: 'V1: the witness waits, too',
    patches: [{ file: 'voter/recall.ts', find: RESTART_WAIT, replace: `if (context.self !== 'c') ${RESTART_WAIT}` }],
    scope: { ...ONE, chances: { hold: 1, restart: 1 }, steps: 0, unsupported: true },
  },
  {
    rule: 'V1: an agent that is stopped leaves what its voter supports',
    patches: [{ file: 'voter/recall.ts', find: WRITTEN, replace: '.filter(() => false)' }],
    scope: { ...ONE, chances: { hold: 1, stop: 1 }, steps: 0, unsupported: true },
  },
  {
    rule: 'V5: an older epoch is refused',
    patches: [{ file: 'voter/verdict.ts', find: 'claim.epoch > (granted?.epoch ?? 0)', replace: 'true' }],
    scope: { ...ONE, chances: { hold: 1, 'give-up': 1 }, messages: 2, steps: 0 },
  },
  {
    rule: 'V5: one holder for an epoch',
    patches: [{ file: 'voter/verdict.ts', find: 'claim.epoch > (granted?.epoch ?? 0)', replace: 'claim.epoch >= (granted?.epoch ?? 0)' }],
    scope: { ...ONE, chances: { hold: 1, 'give-up': 1 }, messages: 2, steps: 0 },
  },
  {
    rule: 'V5: the epoch is on disk',
    patches: [
      {
        file: 'voter/document.ts',
        find: 'request: STORE_VOTER, document }',
        replace: 'request: STORE_VOTER, document: { ...document, granted: {} } }',
      },
    ],
    scope: { ...ONE, chances: { hold: 1, reboot: 2 }, only: { reboot: ['a', 'c'] }, steps: 3 },
  },
  {
    rule: 'V5: the wait begins after the write',
    patches: [
      {
        file: 'voter/voter.ts',
        find: 'const supported = ask.claim.address',
        replace: 'const until_mono_ms = held?.until_mono_ms ?? 0;\n    const supported = ask.claim.address',
      },
      {
        file: 'voter/voter.ts',
        find: 'supported ? support(context, ask) : refusal(context, ask)]);',
        replace:
          'supported ? support(context, ask) : refusal(context, ask)]);\n    const after = context.state.voter.locks[ask.claim.address];\n    if (after !== undefined) after.until_mono_ms = until_mono_ms;',
      },
    ],
    scope: {
      ...HELD,
      claimants: ['a', 'c'],
      apart: true,
      held: undefined,
      configured: VOTER,
      chances: { hold: 2, timer: 1 },
      steps: 4,
    },
    harmless:
      'The ask was taken after the lease was staged, so a wait from then on is long enough for it. From after the write is only easier to see through.',
  },
  {
    rule: 'V2: the clock is read after the message was taken',
    patches: [],
    scope: {
      ...HELD,
      wrong: { cachedClock: true },
      chances: { hold: 1, timer: 1, duplicate: 1 },
      only: { timer: ['a'], duplicate: ['c'] },
    },
  },
  {
    rule: 'V7: a Free is bound to the claim and its nonce',
    patches: [
      {
        file: 'voter/voter.ts',
        find: 'sameClaim(held.claim, claim)) held.freed',
        replace: 'held.claim.holder === claim.holder) held.freed',
      },
    ],
    scope: { ...HELD, chances: { hold: 2, 'give-up': 1 }, messages: 3, steps: 0 },
  },
  {
    rule: 'V7: the Free of a fence is bound to the claim and its nonce',
    patches: [
      {
        file: 'voter/voter.ts',
        find: 'sameClaim(held.claim, claim)) held.freed',
        replace: "(by === 'fence' ? held.claim.holder === claim.holder : sameClaim(held.claim, claim))) held.freed",
      },
    ],
    scope: {
      ...HELD,
      machines: FAST,
      chances: { hold: 1, fence: 1, reboot: 1, timer: 0 },
      only: { reboot: ['a'], fence: ['b'], hold: ['a'] },
      messages: 2,
      steps: 3,
    },
  },
  {
    rule: 'H2: the kernel before the voters',
    patches: [
      {
        file: 'holder/asking.ts',
        find: "context.emit({ kind: 'stage-lease', request, address, mark: markOf(sequence), length_ms });",
        replace:
          "context.emit({ kind: 'stage-lease', request, address, mark: markOf(sequence), length_ms });\n  holder.ready.push({ claim: asking.claim, sequence, length: asking.length });\n  sendReady(context);",
      },
      { file: 'holder/asking.ts', find: 'holder.ready.push({ claim: phase.claim, sequence, length: staged.length });', replace: '' },
    ],
    scope: { ...HELD, apart: true, chances: { hold: 1, timer: 2 }, only: {}, messages: 2, steps: 3 },
  },
  {
    rule: 'H2: a lease from the sending of the ask, not from the receipt of the yes',
    patches: [
      {
        file: 'holder/counting.ts',
        find: SWITCH,
        replace: `context.emit({ kind: 'stage-lease', request: 'ownership-stage:0:vip', address, mark: markOf(sequence), length_ms: context.lease.lease_ms });\n  ${SWITCH}`,
      },
    ],
    scope: { ...HELD, chances: { timer: 1 }, steps: 3 },
  },
  {
    rule: 'H3: a yes to an earlier claim does not count (nor do its numbers come again)',
    patches: [
      {
        file: 'holder/counting.ts',
        find: 'sameClaim(holding.phase.claim, claim) ? holding.phase',
        replace: 'claim !== undefined ? holding.phase',
      },
      {
        file: 'holder/asking.ts',
        find: '    firstSequence: holder.nextSequence,',
        replace: '    firstSequence: (holder.nextSequence = 1),',
      },
    ],
    scope: { ...HELD, chances: { hold: 2, 'give-up': 1, timer: 2 }, messages: 3, steps: 1 },
  },
  {
    rule: 'H3: once per voter over two networks',
    patches: [
      {
        file: 'holder/counting.ts',
        find: 'switchOn(context, asking, majoritySequence(configuration, asking.acked));',
        replace:
          "asking.acked['count'] = (asking.acked['count'] ?? 0) + 1;\n  switchOn(context, asking, asking.acked['count'] * 2 > configuration.voters.length ? reply.sequence : 0);",
      },
    ],
    scope: { ...FOUR, held: undefined, chances: { hold: 1, duplicate: 1 }, only: { hold: ['a'] }, steps: 0 },
  },
  {
    rule: 'H4: more than half, not half',
    patches: [
      { file: 'holder/counting.ts', find: 'if (votes * 2 > all) return sequence;', replace: 'if (votes * 2 >= all) return sequence;' },
    ],
    scope: { ...FOUR, held: undefined, chances: { hold: 1 }, steps: 0 },
  },
  {
    rule: 'H4: the majority-th rather than the newest yes',
    patches: [
      {
        file: 'holder/counting.ts',
        find: 'if (votes * 2 > all) return sequence;',
        replace: 'if (votes * 2 > all) return newestFirst[0]?.sequence ?? 0;',
      },
    ],
    scope: { ...HELD, chances: { hold: 1, timer: 2 } },
  },
  {
    rule: 'Kernel: an absolute deadline, not what remains when it is switched on',
    patches: [],
    scope: {
      ...HELD,
      held: undefined,
      apart: true,
      wrong: { relativeTimeout: true },
      chances: { hold: 1, timer: 0 },
      only: { hold: ['a'] },
      steps: 3,
    },
  },
  {
    rule: 'H6: nothing passes before the Free',
    patches: [{ file: 'holder/ending.ts', find: "claim, step: 'drop', pause_ms", replace: "claim, step: 'delete', pause_ms" }],
    scope: { ...HELD, chances: { hold: 1, 'give-up': 1 }, steps: 0 },
  },
  {
    rule: 'H6: the claim is gone from /run before the Free',
    patches: [{ file: 'holder/ending.ts', find: 'address, claim: undefined });', replace: 'address, claim: ending.claim });' }],
    scope: { ...HELD, machines: HEAVY, chances: { 'give-up': 1, restart: 1, timer: 0 }, only: { restart: ['a'] }, messages: 2 },
  },
  {
    rule: 'H6: no ask after the Free',
    patches: [
      {
        file: 'holder/ending.ts',
        find: "  tellFree(context, ending.claim, 'holder');",
        replace:
          "  tellFree(context, ending.claim, 'holder');\n  context.state.holder.ready.push({ claim: ending.claim, sequence: 1, length: 'short' });",
      },
    ],
    scope: { ...HELD, chances: { hold: 2, 'give-up': 1, timer: 1 }, messages: 2, steps: 1 },
    harmless:
      'A freed claim is refused by who heard its Free, and who did not waits for it as for any lost Free: a late ask costs time, as a repeated one does.',
  },
  {
    rule: 'H7: an agent that starts has nothing acknowledged',
    patches: [
      { file: 'holder/asking.ts', find: '    firstSequence: holder.nextSequence,', replace: '    firstSequence: 0,' },
      {
        file: 'holder/asking.ts',
        find: '    staged: [],',
        replace:
          "    staged: [1, 2, 3].map((sequence) => ({ sequence, length: 'short', until_mono_ms: context.in(leaseLength_ms(context.lease, 'long')) })),",
      },
    ],
    scope: { ...HELD, configured: TWO, chances: { prepare: 1, restart: 1, timer: 1 }, only: { restart: ['a'], timer: ['a'] }, messages: 2 },
  },
  {
    rule: 'A machine has no blank disk under its old identity',
    patches: [],
    scope: { ...ONE, wrong: { blankDisk: true }, chances: { hold: 1, reboot: 2 }, only: { reboot: ['a', 'c'] }, steps: 3 },
  },
];
