import { abnormalities, favouring, ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd'];
/** Moments after the fault at which the recovery is disturbed: densely around its steps. */
const MOMENTS_MS = [
  ...range(4_950, 11_100, 613),
  ...range(15_000, 32_000, 8_300),
  ...range(32_900, 35_500, 371),
  ...range(58_000, 84_000, 12_900),
  ...range(85_900, 88_000, 307),
];
const ENOUGH_MS = 240_000;

function range(from: number, to: number, by: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / by) }, (_, index) => from + index * by);
}

/** What is wrong at the end of a recovery that `disturb` disturbs after a while; empty when nothing is. */
function outcome([fault, host]: readonly ['Nt' | 'St', string], moment_ms: number, disturb: (world: World) => void): string[] {
  const world = new World(NAMES);
  world.loadOf = favouring(host);
  ringInMidInterval(world);
  if (fault === 'Nt') world.plug('b');
  else world.stopDaemon('b');
  world.run(moment_ms);
  disturb(world);
  world.run(ENOUGH_MS - moment_ms);
  world.runToInterval(8000);
  const healthyRestarted = world.restarted.filter((name) => name !== 'b').map((name) => `${name} was restarted`);
  return [...abnormalities(world), ...world.doubleHeld, ...healthyRestarted].map((wrong) => `at ${String(moment_ms)} ms: ${wrong}`);
}

const DISTURBANCES: Readonly<Record<string, (world: World) => void>> = {
  'the manager restarts its agent': (world) => {
    world.restartAgent('a');
  },
  'the manager loses its flag for a while': (world) => {
    world.setFlag('a', false);
    world.at(20_000, () => {
      world.setFlag('a', true);
    });
  },
  'the agent of the target restarts': (world) => {
    if (world.host('b').on) world.restartAgent('b');
  },
  'the agent of the virtual server’s host restarts': (world) => {
    world.restartAgent(world.names.find((name) => world.host(name).standby.state === 'running') ?? 'd');
  },
  'a bystander’s SEM cable is pulled for a while': (world) => {
    world.link('c', 'sem', false);
    world.at(13_000, () => {
      world.link('c', 'sem', true);
    });
  },
};

describe.each([
  ['Nt', 'd'],
  ['St', 'a'],
] as const)('a recovery (%s) with its virtual server on %s', (fault, host) => {
  test.each(Object.keys(DISTURBANCES))('ends in normal also when %s', (name) => {
    const disturb = DISTURBANCES[name] ?? ((): void => undefined);
    expect(MOMENTS_MS.flatMap((moment_ms) => outcome([fault, host], moment_ms, disturb))).toEqual([]);
  });
});
