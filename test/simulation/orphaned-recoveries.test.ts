import { abnormalities, favouring, ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
/** Moments after the failure of b at which its manager dies: densely around the steps of the recovery. */
const MOMENTS_MS = [5_000, 8_950, 9_050, 9_400, 20_000, 58_000, 84_500, 86_040, 86_046, 86_055];

function ring(host: string): World {
  const world = new World(NAMES);
  world.loadOf = favouring(host);
  return ringInMidInterval(world);
}

/** Run until nothing is abnormal for an interval, at most for so long. */
function untilNormal(world: World, most_ms: number): void {
  const end_ms = world.now_ms + most_ms;
  for (let looks = 0; looks < 2 && world.now_ms < end_ms;) {
    world.runToInterval(8000);
    looks = abnormalities(world).length === 0 ? looks + 1 : 0;
  }
}

/** Who ever logged that it separated, recovers or returns a target, in order, as DBSS names. */
function recoverers(world: World, target: string): string[] {
  const names = world.transcript.flatMap(
    (line) => /(DBSS_\S+) (?:Recovery taken up again|Target server recovery job started)/.exec(line)?.[1] ?? [],
  );
  return [...new Set(names.filter((name) => name.startsWith(`DBSS_${target}_`)))];
}

describe('a recovery whose manager dies', () => {
  test.each([
    ['Nt', 'd'],
    ['Nt', 'a'],
    ['St', 'd'],
  ] as const)('is taken up by the next one and ends in normal (%s, virtual server on %s)', (fault, host) => {
    const wrong = MOMENTS_MS.flatMap((moment_ms) => {
      const world = ring(host);
      if (fault === 'Nt') world.plug('b');
      else world.stopDaemon('b');
      world.run(moment_ms);
      world.plug('a');
      untilNormal(world, 300_000);
      return [...abnormalities(world), ...world.doubleHeld].map((what) => `at ${String(moment_ms)} ms: ${what}`);
    });
    expect(wrong).toEqual([]);
  });

  test('and whose next manager dies as well goes on', () => {
    const world = ring('d');
    for (const name of ['a', 'b', 'e']) world.host(name).starts_when_asked = false;
    world.plug('b');
    world.run(20_000);
    world.plug('a');
    world.run(30_000);
    world.plug('e');
    world.run(30_000);
    expect(recoverers(world, 'b')).toEqual(['DBSS_b_a', 'DBSS_b_e', 'DBSS_b_d']);
    expect(world.network.holders(world.vipOf('b'))).toEqual(['bb@d']);
    for (const name of ['e', 'b', 'a']) {
      world.host(name).starts_when_asked = true;
      world.powerOn(name);
      world.run(1000);
    }
    world.run(250_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });

  test('is left alone by the manager when that one has returned', () => {
    const world = ring('d');
    world.host('b').starts_when_asked = false;
    world.plug('b');
    world.run(20_000);
    world.plug('a');
    world.run(140_000);
    expect(world.host('a').state.executor.phase).toBe('running');
    const since = world.transcript.findIndex((line) => line.includes('Management files sent to a'));
    world.host('b').starts_when_asked = true;
    world.powerOn('b');
    world.run(80_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.transcript.slice(since).filter((line) => line.includes('DBSS_b_a Recovery'))).toEqual([]);
    expect(world.transcript.slice(since).join('\n')).toMatch('DBSS_b_e Target server recovered');
  });
});

test('a server that returns does not take up a target that another one recovers, although it would manage it', () => {
  const world = ring('d');
  for (const name of ['a', 'b']) world.host(name).starts_when_asked = false;
  world.plug('a');
  world.plug('b');
  world.run(20_000);
  expect(recoverers(world, 'b')).toEqual(['DBSS_b_e']);
  world.host('a').starts_when_asked = true;
  world.powerOn('a');
  world.run(100_000);
  world.host('b').starts_when_asked = true;
  world.powerOn('b');
  world.run(100_000);
  world.runToInterval(8000);
  expect(recoverers(world, 'b')).toEqual(['DBSS_b_e']);
  expect(abnormalities(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
});
