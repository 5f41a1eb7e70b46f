import { parseOperation } from '@dbss/agent/protocol/management-files/operation.ts';
import { dbssName } from '@dbss/agent/protocol/dbss/dbss-state.ts';
import { ringInMidInterval } from '../support/normal.ts';
import { logOf } from '../support/transcript.ts';
import { World } from '../support/world.ts';

const FOUR = ['S1', 'S2', 'S3', 'S4'];

function p2p(): World {
  return ringInMidInterval(new World(FOUR, { method: 'p2p' }));
}

/** Until S1, with priority 1, has recovered the function of S2. */
function recovered(): World {
  const world = p2p();
  world.plug('S2');
  world.run(20_000);
  expect(world.network.holders(world.vipOf('S2'))[0]).toMatch(/^S2b@/);
  return world;
}

function managersOf(world: World, target: string): string[] {
  return parseOperation(world.files('S4')?.operation ?? '')
    .filter((record) => record.target === target)
    .map(({ manager, priority }) => `${manager} (P${String(priority)})`);
}

describe('§2.2 configuration overview', () => {
  test('§2.2 one target server is managed by two management servers, with management priorities 1 (P1) and 2 (P2)', () => {
    const world = p2p();
    for (const [index, name] of FOUR.entries()) {
      const [before, after] = [FOUR[(index + 3) % 4]!, FOUR[(index + 1) % 4]!];
      expect(managersOf(world, name)).toEqual([`${before} (P1)`, `${after} (P2)`]);
    }
  });

  test('§2.2 all servers are management and target servers, and the load of management does not grow with their number', () => {
    const world = ringInMidInterval(
      new World(
        Array.from({ length: 10 }, (_, index) => `s${String(index)}`),
        { method: 'p2p' },
      ),
    );
    for (const name of world.names) expect(Object.keys(world.host(name).state.dbss)).toHaveLength(2);
  });
});

describe('§2.3 P2P method operation flow', () => {
  test('§2.3 S.file is regularly broadcast from a management server, and S1 with P1 and S3 with P2 synchronously monitor S2', () => {
    const world = p2p();
    const pings: string[] = [];
    world.watch = (host, effect) => {
      if (effect.kind === 'ping' && effect.address === world.realIpOf('S2') && host !== 'S2')
        pings.push(`${host} ${String(Math.round((world.now_ms % 10_000) / 100))}`);
    };
    world.run(20_000);
    expect(pings.sort()).toEqual(['S1 0', 'S1 0', 'S3 0', 'S3 0']);
  });

  test('§2.3 a server whose clock is 3 s behind monitors at the time that S.file says', () => {
    const world = new World(FOUR, { method: 'p2p' });
    world.host('S3').clock.skew_ms = -3000;
    ringInMidInterval(world);
    const pings: number[] = [];
    world.watch = (host, effect) => {
      if (host === 'S3' && effect.kind === 'ping' && effect.address === world.realIpOf('S2'))
        pings.push(Math.round((world.now_ms % 10_000) / 100));
    };
    world.run(20_000);
    expect(pings).toEqual([0, 0]);
  });

  test('§2.3 S1 executes a new program that manages S3 with P1, which also starts one that manages S1 with P2', () => {
    const world = recovered();
    expect(managersOf(world, 'S3')[0]).toBe('S1 (P1)');
    expect(managersOf(world, 'S1')[1]).toBe('S3 (P2)');
    expect(world.host('S1').state.dbss[dbssName('S3', 'S1')]?.priority).toBe(1);
    world.run(10_000);
    expect(world.host('S3').state.dbss[dbssName('S1', 'S3')]?.priority).toBe(2);
  });

  test('§2.3 if S3 detects trouble in S2 it enters a wait state in order to receive the U.file or D.file', () => {
    const world = recovered();
    expect(world.host('S3').state.dbss[dbssName('S2', 'S3')]?.phase).toBe('awaiting');
    expect(logOf(world, 'S3')).toContain('DBSS_S2_S3 Priority 2: waiting for U.file or D.file of S1, which recovers the target');
  });

  test('§2.3 in this state S3 regularly examines the network and the service offer state of S1', () => {
    const world = recovered();
    world.runToInterval(5000);
    const asked: string[] = [];
    world.watch = (host, effect) => {
      if (host !== 'S3') return;
      if (effect.kind === 'ping' && effect.address === world.realIpOf('S1') && effect.timeout_ms === 2000) asked.push('network');
      if (effect.kind === 'check-service' && effect.address === world.vipOf('S1')) asked.push('service');
    };
    world.run(10_000);
    // Once as the manager of S1 with priority 2, once as the one that waits for it.
    expect(asked.sort()).toEqual(['network', 'network', 'service', 'service']);
  });

  test('§2.3 if S1 is determined to be in an abnormal state, S3 rather than S1 performs an operation with P1', () => {
    const world = recovered();
    world.plug('S1');
    world.run(60_000);
    expect(world.host('S3').state.dbss[dbssName('S2', 'S3')]?.priority).toBe(1);
    expect(world.network.holders(world.vipOf('S2'))[0]).toMatch(/^S2b@/);
  });

  test('§2.3 if S2 is recovered up.file is created, U.file is sent to S3, and both monitor S2 again', () => {
    const world = recovered();
    world.run(100_000);
    expect(logOf(world, 'S1')).toContain('__DBSS_S2_S1 Target server started normally: up.file');
    expect(logOf(world, 'S3')).toContain('DBSS_S2_S3 U.file received from S1: target server is monitored again');
    for (const manager of ['S1', 'S3']) expect(world.host(manager).state.dbss[dbssName('S2', manager)]?.phase).toBe('monitoring');
  });

  test('§2.3 if S2 is not recovered down.file is created, D.file is sent to S3, and the management programs for S2 are terminated', () => {
    const world = p2p();
    world.host('S2').starts_when_asked = false;
    world.plug('S2');
    world.run(130_000);
    expect(logOf(world, 'S1')).toContain('__DBSS_S2_S1 Target server is not recovered: down.file');
    expect(logOf(world, 'S1')).toContain('DBSS_S2_S1 terminated: its target is not recovered');
    expect(logOf(world, 'S3')).toContain('DBSS_S2_S3 terminated: D.file received from S1');
    expect(world.host('S3').state.dbss[dbssName('S2', 'S3')]).toBeUndefined();
  });
});
