import { COARSE, type ClockRate, type Scope } from './scope.ts';

/** Machines with one vote each; the first has a slow clock, so that its leases are long, the others fast ones, so that they wait short. */
export function machinesOf(...names: readonly string[]): Scope['machines'] {
  return names.map((name, index) => ({ name, weight: 1, clock: (index === 0 ? 'slow' : 'fast') satisfies ClockRate }));
}

const THREE = { machines: machinesOf('a', 'b', 'c'), claimants: ['a', 'b'], lease: COARSE } as const;
const HELD = { ...THREE, held: ['b', 'c'] } as const;

/** Leases that are no longer when long, for what is not about them: the waits are shorter. */
const SAME = { ...COARSE, long_lease_ms: COARSE.lease_ms };

/** What `npm run explore` looks at: each scope has all histories within its bounds. */
export const SCOPES: readonly Scope[] = [
  { ...THREE, name: 'two claim at once', chances: { hold: 2, timer: 1 }, messages: 2, steps: 1 },
  { ...HELD, name: 'the holder falls silent, another claims', chances: { hold: 1, timer: 2 }, messages: 2, steps: 3 },
  { ...HELD, name: 'agents are killed', chances: { hold: 1, restart: 1, timer: 2 }, messages: 1, steps: 4 },
  { ...HELD, name: 'agents are stopped', chances: { hold: 1, stop: 2, timer: 2 }, messages: 1, steps: 4 },
  {
    ...HELD,
    name: 'agents are stopped and killed between any two effects',
    apart: true,
    chances: { hold: 1, stop: 1, restart: 1, timer: 0 },
    messages: 1,
    steps: 2,
  },
  { ...HELD, name: 'machines are switched off and on', chances: { hold: 2, reboot: 1, timer: 1 }, messages: 1, steps: 4 },
  {
    ...HELD,
    name: 'the holder gives up and claims again',
    chances: { hold: 2, 'give-up': 1, timer: 0, duplicate: 1 },
    messages: 2,
    steps: 2,
  },
  {
    ...HELD,
    name: 'a long lease before a restart',
    chances: { hold: 1, prepare: 1, restart: 1, timer: 1 },
    messages: 1,
    steps: 4,
  },
  {
    ...HELD,
    name: 'the holder is fenced and comes back',
    chances: { hold: 2, fence: 1, reboot: 1, timer: 0 },
    only: { reboot: ['a'] },
    messages: 1,
    steps: 3,
  },
  { ...HELD, name: 'freezes between any two effects', apart: true, chances: { hold: 1, timer: 1 }, messages: 1, steps: 2 },
  {
    ...HELD,
    name: 'the voters are changed',
    claimants: ['a', 'c'],
    lease: SAME,
    wants: [{ leader: 'c', voters: ['c'] }],
    chances: { hold: 1, want: 1, timer: 2 },
    messages: 1,
    steps: 4,
  },
];

/** Small enough for the tests of every day. */
export const SMALL: readonly Scope[] = [
  { ...HELD, name: 'the holder falls silent, another claims', chances: { hold: 1 }, messages: 1, steps: 2 },
  { ...HELD, name: 'an agent is killed', chances: { hold: 1, restart: 1, timer: 0 }, messages: 1, steps: 3 },
];
