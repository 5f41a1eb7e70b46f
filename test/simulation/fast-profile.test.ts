import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import { abnormalities, missingHeartbeats, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

describe.each(['fast', 'wan'] as const)('the %s profile', (profile) => {
  const timing = TIMING_PROFILES[profile];
  const { interval_ms } = timing;

  function ring(names: readonly string[] = SIX.slice(0, 4)): World {
    return ringInMidInterval(new World(names, { timing }));
  }

  function expectNormal(world: World): void {
    world.runToInterval(interval_ms * 0.8);
    expect(abnormalities(world)).toEqual([]);
    expect(missingHeartbeats(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  }

  test('in a quiet ring no heartbeat is missing and nobody does more than its own target', () => {
    const world = ring();
    world.run(20 * interval_ms);
    expectNormal(world);
    expect(world.transcript.filter((line) => line.includes('missing'))).toEqual([]);
  });

  test('plug pulled', () => {
    const world = ring();
    world.plug('ftp');
    world.run(interval_ms + 2 * timing.network_examination_ms + 2000);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
    world.run(400_000);
    expectNormal(world);
  });

  test('service stopped', () => {
    const world = ring();
    world.stopDaemon('ftp');
    world.run(interval_ms + 2000);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
    world.run(200_000);
    expectNormal(world);
    expect(world.restarted).toEqual(['ftp']);
  });

  test('service stopped and disabled at boot', () => {
    const world = ring();
    world.host('ftp').disabled.add('ftpd');
    world.stopDaemon('ftp');
    world.run(200_000);
    expectNormal(world);
  });

  test('a machine that comes back long after down.file', () => {
    const world = ring();
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.run(500_000);
    world.powerOn('ftp');
    world.run(150_000);
    expectNormal(world);
  });

  test('unasked reboot', () => {
    const world = ring();
    world.restart('ftp', 0, 6000);
    world.run(300_000);
    expectNormal(world);
    expect(world.restarted).toEqual(['ftp']);
  });

  test('answers that take as long as they may', () => {
    const world = ring();
    world.faults.delay = () => timing.answer_ms * 0.4;
    world.run(20 * interval_ms);
    world.stopDaemon('ftp');
    world.run(300_000);
    world.faults.delay = () => 0;
    world.run(20 * interval_ms);
    expectNormal(world);
    expect(world.restarted).toEqual(['ftp']);
  });

  test('agent of the manager restarts in the middle of a recovery', () => {
    const world = ring();
    world.plug('ftp');
    world.run(interval_ms + 2 * timing.network_examination_ms + 600);
    world.restartAgent('mail');
    world.run(400_000);
    expectNormal(world);
  });
});
