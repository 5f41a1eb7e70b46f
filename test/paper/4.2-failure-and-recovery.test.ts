import { parseGroup } from '@dbss/agent/protocol/management-files/group.ts';
import { targetsToExamine } from '@dbss/agent/protocol/monitoring/dual-monitoring.ts';
import { World } from '../support/world.ts';
import { abnormalities, ringInMidInterval } from '../support/normal.ts';

const RING = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6'];
const GROUP = parseGroup(RING.map((name, index) => `${String(index + 1)} ${name} ${name}.dat\n`).join(''));

/** DBSSs of a server as `DBSS_<target>_<manager> phase`. */
function dbssOf(world: World, server: string): string[] {
  return Object.values(world.host(server).state.dbss).map(({ name, phase }) => `${name} ${phase}`);
}

function failed(...servers: string[]): World {
  const world = ringInMidInterval(new World(RING));
  // S6 has the largest selection value, then S5, then S4 (Fig. 10).
  world.loadOf = (server) => ({ available_memory_kb: 1_000_000 * Number(server.slice(1)), cpu_idle_percent: 380, network_kb_s: 10 });
  world.run(30_000);
  world.runToInterval(5000);
  for (const server of servers) world.plug(server);
  return world;
}

describe('§4.2 target lists of Fig. 10', () => {
  test.each([
    ['normal', [], ['S2']],
    ['(a) S2 fails', ['S2'], ['S2', 'S3']],
    ['(b) S2 and S3 fail', ['S2', 'S3'], ['S2', 'S3', 'S4']],
    ['(c) S2, S3 and S4 fail', ['S2', 'S3', 'S4'], ['S2', 'S3', 'S4', 'S5']],
  ])('§4.2 Fig. 10 %s: S1 without heartbeats of %j manages %j', (_, stale, targets) => {
    expect(targetsToExamine(GROUP, 'S1', new Set(stale))).toEqual(targets);
  });

  test('§4.2 the last server manages the first', () => {
    expect(targetsToExamine(GROUP, 'S6', new Set())).toEqual(['S1']);
    expect(targetsToExamine(GROUP, 'S6', new Set(['S1']))).toEqual(['S1', 'S2']);
  });

  test('§4.2 a server that is not in the group manages nobody', () => {
    expect(targetsToExamine(GROUP.slice(1), 'S1', new Set())).toEqual([]);
  });
});

describe('§4.2 server function recovery, Fig. 10', () => {
  test('§4.2 (a) DBSS_S2_S1 starts DBSS_S3_S1 and creates S2b on the server with the largest selection value', () => {
    const world = failed('S2');
    world.run(20_000);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 waiting', 'DBSS_S3_S1 monitoring']);
    expect(world.network.holders(world.vipOf('S2'))).toEqual(['S2b@S6']);
  });

  test('§4.2 (a) a failure after the heartbeat of its interval: DBSS_S3_S1 starts with the recovery', () => {
    const world = failed();
    world.run(4500);
    world.plug('S2');
    world.run(4700);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 waiting', 'DBSS_S3_S1 monitoring']);
  });

  test('§4.2 (a) S2b is not managed: no server starts a DBSS for it, only the one that recovers S2 looks at it (decision 0215)', () => {
    const world = failed('S2');
    world.run(20_000);
    const examined: string[] = [];
    world.watch = (server, effect) => {
      if (effect.kind === 'check-service' && effect.address === world.vipOf('S2')) examined.push(server);
    };
    world.run(20_000);
    expect([...new Set(examined)]).toEqual(['S1']);
    expect(RING.flatMap((server) => dbssOf(world, server)).filter((dbss) => dbss.includes('S2b'))).toEqual([]);
  });

  test('§4.2 (a) if S2 is difficult to recover DBSS_S2_S1 is terminated', () => {
    const world = failed();
    world.host('S2').starts_when_asked = false;
    world.plug('S2');
    world.run(140_000);
    expect(world.transcript.join('\n')).toMatch('DBSS_S2_S1 terminated: its target is not recovered');
    // What is there of it in the next interval only watches (decision 0382).
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S3_S1 monitoring', 'DBSS_S2_S1 waiting']);
    expect(world.host('S1').state.dbss['DBSS_S2_S1']?.job?.phase).toBe('watching');
    expect(world.network.holders(world.vipOf('S2'))).toEqual(['S2b@S6']);
  });

  test('§4.2 (a) if S2 is recovered (M1) returns to M1, which is normal monitoring', () => {
    const world = failed('S2');
    world.run(130_000);
    world.runToInterval(8000);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 monitoring']);
    expect(abnormalities(world)).toEqual([]);
  });

  test('§4.2 (b) two at the same time: S1 manages S2, S3 and S4, and both functions are recovered', () => {
    const world = failed('S2', 'S3');
    world.run(6000);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 examining', 'DBSS_S3_S1 examining', 'DBSS_S4_S1 monitoring']);
    world.run(14_000);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 waiting', 'DBSS_S3_S1 waiting', 'DBSS_S4_S1 monitoring']);
    expect([world.vipOf('S2'), world.vipOf('S3')].map((vip) => world.network.holders(vip))).toEqual([['S2b@S6'], ['S3b@S5']]);
  });

  test('§4.2 (c) three at the same time: S1 manages S2 to S5, and three functions are recovered', () => {
    const world = failed('S2', 'S3', 'S4');
    world.run(20_000);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 waiting', 'DBSS_S3_S1 waiting', 'DBSS_S4_S1 waiting', 'DBSS_S5_S1 monitoring']);
    expect(['S2', 'S3', 'S4'].map((name) => world.network.holders(world.vipOf(name)))).toEqual([['S2b@S6'], ['S3b@S5'], ['S4b@S1']]);
    expect(world.doubleHeld).toEqual([]);
  });
});

describe('§4.2 automatic connection selection', () => {
  test('§4.2 after the interval a DBSS whose target the operation file gives to another server is terminated, others continue', () => {
    const world = failed('S2');
    world.run(110_000);
    const log = world.transcript.filter((line) => line.includes('DBSS_S3_S1') && !line.includes('S1     __'));
    expect(log.at(-1)).toMatch(/ S1 +DBSS_S3_S1 terminated: the operation file gives its target to another server$/);
    expect(Number(log.at(-1)?.trim().split(' ')[0]) % 10).toBe(0);
    expect(dbssOf(world, 'S2')).toEqual(['DBSS_S3_S2 monitoring']);
  });

  test('§4.2 Fig. 11(a) only S2 is recovered: DBSS_S4_S1 is terminated, DBSS_S4_S2 is started', () => {
    const world = failed();
    world.host('S3').starts_when_asked = false;
    world.plug('S2');
    world.plug('S3');
    world.run(98_000);
    expect(dbssOf(world, 'S2')).toEqual(['DBSS_S4_S2 monitoring']);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 monitoring', 'DBSS_S3_S1 waiting']);
    expect(world.network.holders(world.vipOf('S2'))).toEqual(['S2']);
    expect(world.network.holders(world.vipOf('S3'))).toEqual(['S3b@S5']);
    expect(world.host('S6').state.virtualServer.state).toBe('suspended');
  });

  test('§4.2 Fig. 11(b) then S3 is recovered: DBSS_S3_S1 and DBSS_S4_S2 are terminated, DBSS_S3_S2 is started', () => {
    const world = failed();
    world.host('S3').starts_when_asked = false;
    world.plug('S2');
    world.plug('S3');
    world.run(95_000);
    world.powerOn('S3');
    world.run(60_000);
    world.runToInterval(8000);
    expect(dbssOf(world, 'S1')).toEqual(['DBSS_S2_S1 monitoring']);
    expect(dbssOf(world, 'S2')).toEqual(['DBSS_S3_S2 monitoring']);
    expect(dbssOf(world, 'S3')).toEqual(['DBSS_S4_S3 monitoring']);
    expect(abnormalities(world)).toEqual([]);
  });
});

describe('§4.2 processing procedure after the target server recovers, Fig. 11', () => {
  test('§4.2 the address migrates, the files are edited, files and then flag are sent, and the virtual server is suspended', () => {
    const world = failed('S2');
    const steps: string[] = [];
    world.run(80_000);
    world.watch = (server, effect) => {
      if (effect.kind === 'remove-virtual-server-address' || effect.kind === 'add-address' || effect.kind === 'reset-standby')
        steps.push(`${server} ${effect.kind}`);
      if (effect.kind === 'call' && effect.to === 'S2' && effect.message.kind.startsWith('install'))
        steps.push(`${server} ${effect.message.kind}`);
      if (effect.kind === 'call' && effect.message.kind === 'edit' && effect.message.edit.diff.includes('group,Add'))
        steps.push(`${server} returns the group record`);
    };
    world.run(20_000);
    const ofReturn = steps.filter((step) => step !== 'S2 reset-standby');
    expect([...new Set(ofReturn)]).toEqual([
      'S6 remove-virtual-server-address',
      'S2 add-address',
      'S1 returns the group record',
      'S1 install-files',
      'S1 install-flag',
      'S6 reset-standby',
    ]);
  });
});
