import { abnormalities, missingHeartbeats, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

const BOOT_AND_RETURN_MS = 200_000;

function ring(names: readonly string[] = SIX): World {
  return ringInMidInterval(new World(names));
}

function expectNormal(world: World): void {
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(missingHeartbeats(world)).toEqual([]);
}

describe.each<[readonly string[]]>([[SIX], [['a', 'b', 'c']], [['one', 'two']]])('one failure in the ring %j', (names) => {
  const target = names[1]!;
  const manager = names[0]!;

  function taken(world: World): string[] {
    return world.network.holders(world.vipOf(target));
  }

  test('plug pulled: taken over, started by Wake-on-LAN, returned', () => {
    const world = ring(names);
    world.plug(target);
    world.run(20_000);
    expect(taken(world)[0]).toMatch(new RegExp(`^${target}b@`));
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.doubleHeld).toEqual([]);
  });

  test('service stopped: taken over, restarted, returned', () => {
    const world = ring(names);
    world.stopDaemon(target);
    world.run(20_000);
    expect(taken(world)[0]).toMatch(new RegExp(`^${target}b@`));
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.doubleHeld).toEqual([]);
    expect(world.restarted).toEqual([target]);
  });

  test('service stopped and disabled at boot: the daemon is started and the target returned', () => {
    const world = ring(names);
    world.host(target).disabled.add(`${target}d`);
    world.stopDaemon(target);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.restarted).toEqual([target]);
  });

  test('service broken for good: the virtual server serves until somebody repairs it', () => {
    const world = ring(names);
    world.host(target).broken.add(`${target}d`);
    world.stopDaemon(target);
    world.run(600_000);
    expect(taken(world)[0]).toMatch(new RegExp(`^${target}b@`));
    expect(world.restarted.length).toBeLessThanOrEqual(2);
    world.host(target).broken.clear();
    world.host(target).daemons.add(`${target}d`);
    world.run(60_000);
    expectNormal(world);
    expect(world.doubleHeld).toEqual([]);
  });

  test('machine that never comes back: down.file, and it is returned when somebody starts it much later', () => {
    const world = ring(names);
    world.host(target).starts_when_asked = false;
    world.stopDaemon(target);
    world.run(300_000);
    expect(taken(world)[0]).toMatch(new RegExp(`^${target}b@`));
    expect(world.transcript.join('\n')).toMatch('down.file');
    expect(world.transcript.join('\n')).toMatch(`DBSS_${target}_${manager} terminated: its target is not recovered`);
    world.powerOn(target);
    world.run(100_000);
    expectNormal(world);
    expect(world.doubleHeld).toEqual([]);
  });

  test('machine that boots longer than all waiting: returned', () => {
    const world = ring(names);
    world.host(target).starts_when_asked = false;
    world.plug(target);
    world.powerOnAfter(target, 130_000);
    world.run(250_000);
    expectNormal(world);
  });

  test.each([300, 2000, 8000, 40_000])('unasked reboot in %d ms: it comes without its address and is returned', (boot_ms) => {
    const world = ring(names);
    world.restart(target, 0, boot_ms);
    world.run(boot_ms + 50);
    expect(taken(world)).not.toContain(target);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.doubleHeld).toEqual([]);
  });

  test('unasked reboot: a target that is up again is not restarted once more', () => {
    const world = ring(names);
    world.restart(target, 0, 300);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.restarted).toEqual([target]);
  });

  test('service network cable of the target pulled while SEM works: taken over, returned when it is plugged in', () => {
    const world = ring(names);
    world.link(target, 'service', false);
    world.run(300_000);
    expect(taken(world)[0]).toMatch(new RegExp(`^${target}b@`));
    world.link(target, 'service', true);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.doubleHeld).toEqual([]);
    expect(new Set(world.restarted)).toEqual(new Set([target]));
  });

  test('service network cable pulled for a moment', () => {
    const world = ring(names);
    world.link(target, 'service', false);
    world.run(15_000);
    world.link(target, 'service', true);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.doubleHeld).toEqual([]);
  });

  test('SEM cable of the target pulled: nothing is taken over, and the files agree afterwards', () => {
    const world = ring(names);
    world.link(target, 'sem', false);
    world.run(100_000);
    expect(taken(world)).toEqual([target]);
    world.link(target, 'sem', true);
    world.run(50_000);
    expectNormal(world);
    expect(world.restarted).toEqual([]);
  });

  test.each([1000, 20_000, 60_000, 400_000])('processes frozen for %d ms: exactly one holder in the end', (frozen_ms) => {
    const world = ring(names);
    world.freeze(target);
    world.run(frozen_ms);
    world.thaw(target);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('agent of the target restarts: nothing is taken over', () => {
    const world = ring(names);
    world.restartAgent(target);
    world.run(50_000);
    expectNormal(world);
    expect(world.restarted).toEqual([]);
    expect(world.transcript.join('\n')).not.toMatch('problem');
  });

  test('agent of the target down for minutes: its address stays', () => {
    const world = ring(names);
    world.restartAgent(target, 300_000);
    world.run(200_000);
    expect(taken(world)).toEqual([target]);
    world.run(150_000);
    expectNormal(world);
    expect(world.restarted).toEqual([]);
  });
});
