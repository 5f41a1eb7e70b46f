import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import { installCheckers } from '../../cli/src/simulator/checkers/install-checkers.ts';
import { runUntilReturned } from '../../cli/src/simulator/checkers/returned.ts';
import { madeRing, ownershipOf } from '../../cli/src/simulator/made-ring.ts';
import { abnormalities, ringInMidInterval, SIX } from '../../cli/src/simulator/normal.ts';
import { World } from '../../cli/src/simulator/world.ts';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';

function majorityRing(names: readonly string[] = SIX, witness = true): { world: World; told: string[]; checked: ReturnType<typeof installCheckers> } {
  const told: string[] = [];
  const ownership = ownershipOf(names, { lease: LEASE_PROFILES.paper, witness });
  const world = ringInMidInterval(new World(madeRing(names, { quorum: 'majority', ownership, timing: TIMING_PROFILES.paper })));
  const checked = installCheckers(world, TIMING_PROFILES.paper, 1, (invariant, what) => told.push(`${String(invariant)} ${what}`));
  return { world, told, checked };
}

test('a ring that asks a majority comes up as any other', () => {
  const { world, told } = majorityRing();
  world.run(60_000);
  console.log(world.transcript.join('\n'));
  expect(abnormalities(world)).toEqual([]);
  expect(told).toEqual([]);
});

test('a pulled plug is recovered and returned', () => {
  const { world, told, checked } = majorityRing();
  const before = world.transcript.length;
  const t0 = performance.now();
  world.plug('ftp');
  world.run(150_000);
  runUntilReturned(world, checked.condition, checked.bounds, (_, what) => told.push(what));
  console.log(performance.now() - t0, world.transcript.slice(before).join('\n'));
  expect(told).toEqual([]);
});
