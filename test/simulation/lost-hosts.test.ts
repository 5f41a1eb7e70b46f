import { abnormalities, favouring, ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

const SIX = ['s1', 's2', 's3', 's4', 's5', 's6'];

/** s2 is off and s2b serves on s6, the least loaded server. */
function served(): World {
  const world = new World(SIX);
  world.loadOf = favouring('s6');
  ringInMidInterval(world);
  world.host('s2').starts_when_asked = false;
  world.plug('s2');
  world.run(25_000);
  expect(world.network.holders(world.vipOf('s2'))).toEqual(['s2b@s6']);
  return world;
}

/** Everything that is off is switched on by hand, and all is normal again. */
function expectNormalAfterRepair(world: World): void {
  for (const name of SIX) {
    world.host(name).starts_when_asked = true;
    world.powerOn(name);
  }
  world.run(250_000);
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
}

describe('the host of a virtual server', () => {
  test('dies: the function is recovered on another host (S1 with S2b)', () => {
    const world = served();
    world.plug('s6');
    world.run(30_000);
    expect(world.transcript.join('\n')).toMatch('DBSS_s2_s1 Virtual server s2b@s6 is lost');
    expect(world.network.holders(world.vipOf('s2'))[0]).toMatch(/^s2b@s[1345]$/);
    expect(world.network.holders(world.vipOf('s6'))[0]).toMatch(/^s6b@s[1345]$/);
    expectNormalAfterRepair(world);
  });

  test('restarts before anybody finds it dead: its virtual server is missed', () => {
    const world = served();
    world.restart('s6', 0, 1000);
    world.run(40_000);
    expect(world.network.holders(world.vipOf('s2'))[0]).toMatch(/^s2b@/);
    expectNormalAfterRepair(world);
  });

  test('dies while it creates the virtual server: another one does as soon as it is out of the group', () => {
    const world = new World(SIX);
    world.loadOf = favouring('s6');
    ringInMidInterval(world);
    world.host('s2').starts_when_asked = false;
    world.host('s6').hypervisorFaults.add('hang');
    world.plug('s2');
    world.run(9500);
    world.plug('s6');
    world.run(16_000);
    expect(world.network.holders(world.vipOf('s2'))[0]).toMatch(/^s2b@s[1345]$/);
    world.host('s6').hypervisorFaults.clear();
    expectNormalAfterRepair(world);
  });

  test('dies while its target returns: the return does not wait for it', () => {
    const world = served();
    world.plug('s6');
    world.run(2000);
    world.powerOn('s2');
    world.run(25_000);
    expect(world.network.holders(world.vipOf('s2'))).toEqual(['s2']);
    expectNormalAfterRepair(world);
  });
});

describe('a virtual server', () => {
  test('whose guest ends is created anew on another host', () => {
    const world = served();
    world.host('s6').standby.addresses.clear();
    world.host('s6').hypervisorFaults.add('resume');
    world.run(25_000);
    expect(world.transcript.join('\n')).toMatch('DBSS_s2_s1 Virtual server s2b@s6 does not serve');
    expect(world.network.holders(world.vipOf('s2'))[0]).toMatch(/^s2b@s[1345]$/);
    world.host('s6').hypervisorFaults.clear();
    expectNormalAfterRepair(world);
  });

  test('is left alone when its manager reaches its host no more than itself', () => {
    const world = served();
    const asked: string[] = [];
    world.watch = (server, effect) => {
      if (server === 's1' && effect.kind === 'ping' && effect.address === world.realIpOf('s6')) asked.push('host');
      if (server === 's1' && effect.kind === 'check-service' && effect.address === world.vipOf('s2')) asked.push('service');
    };
    for (const [from, to] of [
      ['s1', 's6'],
      ['s6', 's1'],
    ] as const)
      world.faults.cut('service', from, to, true);
    world.run(30_000);
    expect(asked.join(' ')).toMatch('service host service host');
    expect(world.transcript.join('\n')).not.toMatch('does not serve');
    expect(world.network.holders(world.vipOf('s2'))).toEqual(['s2b@s6']);
    world.faults.cut('service', 's1', 's6', false);
    world.faults.cut('service', 's6', 's1', false);
    expectNormalAfterRepair(world);
  });
});
