import { World } from '../support/world.ts';
import { putOnDisk } from '../../cli/src/simulator/host.ts';
import { ringInMidInterval, SIX } from '../support/normal.ts';
import { filesOf } from '../support/ring-of.ts';
import { logOf } from '../support/transcript.ts';

describe('§3.2 executor system', () => {
  function booted(): World {
    const world = new World(SIX);
    for (const name of SIX) world.powerOn(name);
    world.run(5000);
    return world;
  }

  test('§3.2 a started management server is in the standby state, because the management files are not saved', () => {
    const world = booted();
    for (const name of SIX) {
      expect(world.host(name).state.executor.phase).toBe('waiting-for-files');
      expect(world.network.holders(world.vipOf(name))).toEqual([]);
    }
  });

  test('§3.2 with the files acquired it checks for the existence of the flag file', () => {
    const world = booted();
    putOnDisk(world.host('ftp'), filesOf(SIX));
    world.setFlag('ftp', false);
    expect(world.host('ftp').state.executor.phase).toBe('waiting-for-flag');
    expect(Object.keys(world.host('ftp').state.dbss)).toEqual([]);
  });

  test('§3.2 if the flag file is detected the management program is started, if it is deleted the program is terminated', () => {
    const world = booted();
    putOnDisk(world.host('ftp'), filesOf(SIX));
    world.setFlag('ftp', false);
    world.setFlag('ftp', true);
    expect(Object.keys(world.host('ftp').state.dbss)).toEqual(['DBSS_web1_ftp']);
    world.setFlag('ftp', false);
    expect(world.host('ftp').state.executor.phase).toBe('waiting-for-flag');
    expect(Object.keys(world.host('ftp').state.dbss)).toEqual([]);
    expect(logOf(world, 'ftp').slice(-4)).toEqual([
      'Flag file detected: management program started',
      'DBSS_web1_ftp started',
      'Flag file deleted: management program terminated',
      'DBSS_web1_ftp terminated: the management program ended',
    ]);
  });

  test('§3.2 a terminated program examines nobody and sends nothing', () => {
    const world = ringInMidInterval(new World(SIX));
    world.setFlag('ftp', false);
    const effects: string[] = [];
    world.watch = (host, effect) => {
      if (host === 'ftp' && effect.kind !== 'answer' && effect.kind !== 'write-file') effects.push(effect.kind);
    };
    world.run(60_000);
    expect(effects).toEqual([]);
  });
});

describe('§3.2 synchronization system', () => {
  test('§3.2 all servers monitor at the same moments, at multiples of 10 seconds of UNIX time', () => {
    const world = new World(SIX);
    for (const [index, name] of SIX.entries()) world.at(index * 777, () => world.powerOn(name));
    world.run(10_000);
    for (const [index, name] of SIX.entries()) {
      putOnDisk(world.host(name), filesOf(SIX));
      world.at(index * 1234, () => world.setFlag(name, true));
    }
    world.run(20_000);
    const moments = new Set<number>();
    world.watch = (_, effect) => {
      if (effect.kind === 'ping' && !effect.address.endsWith('.254')) moments.add(world.now_ms);
    };
    world.run(30_000);
    expect([...moments].map((moment) => moment % 10_000)).toEqual([0, 0, 0]);
  });

  test('§3.2 synchronizing does not require access to other servers', () => {
    const world = ringInMidInterval(new World(SIX));
    world.messages.semSwitch = false;
    world.run(60_000);
    const moments: number[] = [];
    world.watch = (host, effect) => {
      if (host === 'web2' && effect.kind === 'ping' && effect.address === world.realIpOf('proxy')) moments.push(world.now_ms % 10_000);
    };
    world.run(30_000);
    expect(moments).toEqual([0, 0, 0]);
  });

  test('§3.2 a server whose clock is half a second off monitors by its own clock', () => {
    const world = ringInMidInterval(new World(SIX));
    world.host('web2').clock.skew_ms = 500;
    world.run(20_000);
    const moments: number[] = [];
    world.watch = (host, effect) => {
      if (host === 'web2' && effect.kind === 'ping' && effect.address === world.realIpOf('proxy')) moments.push(world.now_ms % 10_000);
    };
    world.run(30_000);
    expect(moments).toEqual([9500, 9500, 9500]);
  });
});
