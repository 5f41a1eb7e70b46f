import { statusOf } from '@dbss/agent/protocol/status-of.ts';
import { abnormalities, ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd'];

/** The service of b stops so many times, each time as soon as b is back. */
function flapping(times: number): World {
  const world = ringInMidInterval(new World(NAMES));
  for (let time = 0; time < times; time += 1) {
    world.stopDaemon('b');
    world.run(120_000);
  }
  return world;
}

const held = (world: World): string | undefined => world.network.holders(world.vipOf('b'))[0];

describe('a server that fails again and again', () => {
  test('is returned three times at once', () => {
    const world = flapping(3);
    expect(world.transcript.join('\n')).not.toMatch('held back');
    expect(held(world)).toBe('b');
  });

  test('then is held back while its virtual server serves, and returned after the hold-down', () => {
    const world = flapping(4);
    expect(world.transcript.join('\n')).toMatch('DBSS_b_a Target server was returned 3 times lately: held back for 5 min');
    expect(held(world)).toMatch(/^bb@/);
    const managed = (): unknown => statusOf(world.host('a').state).dbss.find(({ target }) => target === 'b')?.heldBack;
    expect(managed()).toEqual({ until_unix_ms: expect.any(Number), returns: 3 });
    world.run(310_000);
    world.runToInterval(8000);
    expect(managed()).toBeUndefined();
    expect(abnormalities(world)).toEqual([]);
  });

  test('is returned by hand before that', () => {
    const world = flapping(4);
    world.tell(world.host('a'), { kind: 'operator', command: 'return-target', target: 'b' });
    world.run(20_000);
    expect(held(world)).toBe('b');
    expect(world.transcript.join('\n')).toMatch('DBSS_b_a Return ordered by the operator');
  });

  test('is not held back when nobody serves in its place', () => {
    const world = flapping(3);
    for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
    world.stopDaemon('b');
    world.run(120_000);
    expect(held(world)).toBe('b');
  });

  test('is not ordered to start any more after five times in half an hour, and the log says so', () => {
    const world = ringInMidInterval(new World(NAMES));
    for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
    for (let time = 0; time < 8; time += 1) {
      world.stopDaemon('b');
      world.run(120_000);
    }
    expect(world.restarted).toEqual(['b', 'b', 'b', 'b', 'b']);
    expect(world.transcript.join('\n')).toMatch('DBSS_b_a Target server was started too often lately: left alone');
    world.host('b').daemons.add('bd');
    world.run(100_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });
});
