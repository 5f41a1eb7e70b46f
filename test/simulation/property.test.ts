import * as fc from 'fast-check';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import { abnormalities } from '../support/normal.ts';
import { cause, type Fault, happening, type Happening } from './random-fault.ts';
import { World } from '../support/world.ts';

/** `DBSS_SEED` repeats a run, `DBSS_PROPERTY_RUNS` makes it longer. */
const SEED = Number(process.env['DBSS_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['DBSS_PROPERTY_RUNS'] ?? 40);

const names = (max: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(
    fc.oneof({ weight: 20, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/) }, { weight: 1, arbitrary: fc.constant('constructor') }),
    {
      minLength: 2,
      maxLength: max,
    },
  );

/** Small delays of messages, the same for the same seed. */
function delays(seed: number, most_ms: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32) * most_ms;
  };
}

/** Servers that a fault allows to restart: nobody but the one that it befell. */
function mayRestart(world: World, fault: Fault): string[] {
  return 'server' in fault && fault.kind !== 'clock' && fault.kind !== 'ping' ? [world.names[fault.server % world.names.length] ?? ''] : [];
}

/** Let it happen, wait for as long as a recovery may take, and tell what is wrong. */
function aftermath(world: World, { fault, at, lostMessage, badHost }: Happening): string[] {
  const { interval_ms, restart_wait_ms } = world.host(world.names[0] ?? '').state.configuration.timing;
  world.runToInterval(at * interval_ms);
  let messages = 0;
  if (lostMessage !== undefined) world.faults.loseMessages(() => (messages += 1) === lostMessage + 1);
  const badHypervisor =
    badHost === undefined ? undefined : world.host(world.names[badHost.server % world.names.length] ?? '').hypervisorFaults;
  if (badHost !== undefined) badHypervisor?.add(badHost.fault);
  const repaired_ms = cause(world, fault);
  world.run(repaired_ms + 2 * restart_wait_ms + 12 * interval_ms + 60_000);
  badHypervisor?.clear();
  world.runToInterval(interval_ms * 0.85);
  const restarted = world.restarted.filter((name) => !mayRestart(world, fault).includes(name)).map((name) => `${name} was restarted`);
  world.restarted.length = 0;
  // Frozen or cut off, a server keeps an address that others cannot take from it: with `quorum: none` that shows when it comes back.
  const mayHoldTwice = fault.kind === 'freeze';
  return [...abnormalities(world), ...restarted, ...(mayHoldTwice ? [] : world.doubleHeld)];
}

function ring(servers: readonly string[], profile: 'paper' | 'fast' | 'wan', seed: number): World {
  const timing = TIMING_PROFILES[profile];
  const world = new World(servers, { timing });
  world.faults.delay = delays(seed, Math.min(40, timing.answer_ms / 10));
  for (const [index, name] of servers.entries()) world.host(name).skew_ms = index * 3;
  world.bootstrap();
  world.run(3 * timing.interval_ms);
  return world;
}

describe.each([
  ['paper', 12, RUNS],
  ['wan', 5, Math.ceil(RUNS / 4)],
  ['fast', 3, Math.ceil(RUNS / 8)],
] as const)('profile %s', (profile, size, runs) => {
  test(`after small faults, one at a time, everything is normal in the end (seed ${String(SEED)})`, () => {
    process.stdout.write(`property of profile ${profile}: DBSS_SEED=${String(SEED)}\n`);
    fc.assert(
      fc.property(names(size), fc.array(happening, { minLength: 1, maxLength: 3 }), fc.nat(), (servers, happenings, seed) => {
        const world = ring(servers, profile, seed);
        for (const one of happenings) {
          const wrong = aftermath(world, one);
          if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${world.transcript.slice(-60).join('\n')}`);
          world.doubleHeld.length = 0;
        }
      }),
      { seed: SEED, numRuns: runs, endOnFailure: process.env['DBSS_SHRINK'] === undefined },
    );
  });
});
