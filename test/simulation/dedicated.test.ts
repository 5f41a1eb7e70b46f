import { abnormalities, missingHeartbeats, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

const BOOT_AND_RETURN_MS = 200_000;
const NAMES = ['manager', ...SIX];

function dedicated(): World {
  return ringInMidInterval(new World(NAMES, { method: 'dedicated', management_server: 'manager' }));
}

function expectNormal(world: World): void {
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(missingHeartbeats(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
}

describe('a dedicated management server', () => {
  test('manages all others, one DBSS each, and nobody manages it', () => {
    const world = dedicated();
    expect(world.files('ftp')?.operation).toBe(SIX.map((name) => `manager ${name} ${name}.dat\n`).join(''));
    expect(Object.keys(world.host('manager').state.dbss)).toEqual(SIX.map((name) => `DBSS_${name}_manager`));
    expectNormal(world);
  });

  test.each(SIX)('recovers %s on itself, and returns it', (target) => {
    const world = dedicated();
    world.plug(target);
    world.run(20_000);
    expect(world.network.holders(world.vipOf(target))).toEqual([`${target}b@manager`]);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test.each(SIX)('recovers %s whose service has stopped', (target) => {
    const world = dedicated();
    world.stopDaemon(target);
    world.run(20_000);
    expect(world.network.holders(world.vipOf(target))).toEqual([`${target}b@manager`]);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('creates no virtual server on a target: a second failure waits for the first', () => {
    const world = dedicated();
    world.plug('ftp');
    world.plug('web1');
    world.run(30_000);
    const held = ['ftp', 'web1'].flatMap((name) => world.network.holders(world.vipOf(name)));
    expect(held).toHaveLength(1);
    expect(held[0]).toMatch(/@manager$/);
    world.run(2 * BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('when it fails nobody is managed, and nobody is harmed', () => {
    const world = dedicated();
    world.plug('manager');
    world.run(60_000);
    for (const name of SIX) expect(world.network.holders(world.vipOf(name))).toEqual([name]);
    world.plug('ftp');
    world.run(60_000);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual([]);
  });

  test.each([
    ['alone', []],
    ['after a server that it was recovering', ['ftp']],
    ['together with all others, and last', SIX],
  ] as const)('that lost its power (%s) manages again when it is back', (_, others) => {
    const world = dedicated();
    for (const name of others) world.plug(name);
    if (others.length === 1) world.run(15_000);
    world.plug('manager');
    world.run(30_000);
    for (const name of [...others, 'manager']) {
      world.host(name).starts_when_asked = true;
      world.powerOn(name);
      if (others.length > 1) world.run(20_000);
    }
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(Object.keys(world.host('manager').state.dbss).sort()).toEqual(SIX.map((name) => `DBSS_${name}_manager`).sort());
    world.plug('web1');
    world.run(20_000);
    expect(world.network.holders(world.vipOf('web1'))).toEqual(['web1b@manager']);
  });
});
