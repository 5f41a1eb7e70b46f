import { abnormalities, favouring, ringInMidInterval } from '../support/normal.ts';
import { newFailedHosts } from '../../agent/src/protocol/dbss/failed-hosts.ts';
import { formatGroup, parseGroup } from '../../agent/src/protocol/management-files/group.ts';
import { statusOf } from '../../agent/src/protocol/status-of.ts';
import { logOf } from '../support/transcript.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd'];

function ringWithoutHosts(): World {
  const world = ringInMidInterval(new World(NAMES));
  for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
  world.host('b').starts_when_asked = false;
  world.plug('b');
  return world;
}

function creationsBegun(world: World): number {
  return logOf(world, 'a').filter((line) => line.includes('creation started: bb@')).length;
}

describe('a host that cannot create the virtual server', () => {
  const FAULTS = ['resume', 'install', 'hang'] as const;

  test.each(FAULTS)('%s: the next best host does', (fault) => {
    const world = ringInMidInterval(new World(NAMES));
    world.loadOf = (server) => ({ available_memory_kb: server === 'd' ? 7_000_000 : 1_000_000, cpu_idle_percent: 380, network_kb_s: 10 });
    world.run(30_000);
    world.runToInterval(5000);
    world.host('d').hypervisorFaults.add(fault);
    world.plug('b');
    world.run(40_000);
    expect(world.transcript.join('\n')).toMatch('creation failed: bb@d');
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@[ac]$/);
    expect(world.files('c')?.problem).toMatch(/^bb b [ac]\n$/);
    world.host('d').hypervisorFaults.clear();
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });

  test('because its work does not end: what the host says of it is told, also of one that was asked after another one', () => {
    const world = ringInMidInterval(new World(NAMES));
    world.loadOf = favouring('d');
    world.run(30_000);
    world.runToInterval(5000);
    for (const name of NAMES) world.host(name).hypervisorFaults.add('hang');
    world.plug('b');
    world.run(80_000);
    const failed = logOf(world, 'a').flatMap((line) => / creation failed: bb@[cd]: (.*)$/.exec(line)?.[1] ?? []);
    expect(failed.length).toBeGreaterThan(1);
    expect(new Set(failed)).toEqual(new Set(['no answer from the guest']));
  });

  test('because its agent dies meanwhile: the next best host does, before the time for a creation is over', () => {
    const world = ringInMidInterval(new World(NAMES));
    world.loadOf = favouring('d');
    world.run(30_000);
    world.runToInterval(5000);
    world.host('d').hypervisorFaults.add('hang');
    world.plug('b');
    world.run(10_000);
    expect(world.transcript.join('\n')).toMatch('creation started: bb@d');
    world.restartAgent('d', 100_000);
    world.run(15_000);
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@[ac]$/);
    world.host('d').hypervisorFaults.clear();
    world.run(250_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('is not one whose own service is ill, while another one can', () => {
    const world = ringInMidInterval(new World(NAMES));
    world.loadOf = favouring('d');
    world.run(30_000);
    world.runToInterval(4000);
    world.stopDaemon('d');
    world.plug('b');
    world.run(20_000);
    expect(world.transcript.join('\n')).not.toMatch('creation started: bb@d');
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('no host at all: tried again until one can, also after down.file', () => {
    const world = ringInMidInterval(new World(NAMES));
    for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
    world.host('b').starts_when_asked = false;
    world.plug('b');
    world.run(200_000);
    expect(world.transcript.join('\n')).toMatch('down.file');
    expect(world.files('c')?.problem).toBe('');
    for (const name of NAMES) world.host(name).hypervisorFaults.clear();
    // They are tried again after at most as long as they have failed.
    world.run(260_000);
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@/);
    world.powerOn('b');
    world.run(100_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('no host at all: each is tried again less and less often, at least every 32 intervals, and its standby lies suspended between', () => {
    const world = ringWithoutHosts();
    world.run(600_000);
    const begun = creationsBegun(world);
    expect(begun).toBeGreaterThan(9);
    expect(begun).toBeLessThanOrEqual(3 * 7);
    expect(['a', 'c', 'd'].map((name) => world.host(name).standby.state)).toEqual(['suspended', 'suspended', 'suspended']);
    world.run(3_600_000);
    expect(creationsBegun(world) - begun).toBeGreaterThanOrEqual(3 * 10);
    expect(creationsBegun(world) - begun).toBeLessThanOrEqual(3 * 12);
  });

  test('no host but one that has not failed yet: it is tried as soon as it is there', () => {
    const world = ringInMidInterval(new World(NAMES));
    for (const name of NAMES) if (name !== 'd') world.host(name).hypervisorFaults.add('resume');
    for (const name of ['b', 'd']) world.host(name).starts_when_asked = false;
    world.plug('d');
    world.run(60_000);
    world.plug('b');
    world.run(400_000);
    expect(world.network.holders(world.vipOf('b'))).toEqual([]);
    world.powerOn('d');
    let waited_ms = 0;
    while (world.network.holders(world.vipOf('b')).length === 0 && waited_ms < 150_000) {
      world.run(1000);
      waited_ms += 1000;
    }
    expect(world.network.holders(world.vipOf('b'))).toEqual(['bb@d']);
  });

  test('no host at all: the status names those that are waited for, and none that has left the group', () => {
    const world = ringWithoutHosts();
    world.run(600_000);
    const { state } = world.host('a');
    const { files } = state;
    if (files === undefined) throw new Error('a has no files');
    const failed = (members: readonly string[]): readonly string[] | undefined => {
      const group = formatGroup(parseGroup(files.group).filter(({ server }) => members.includes(server)));
      return statusOf({ ...state, files: { ...files, group } }).dbss.find(({ target }) => target === 'b')?.noHost?.failed;
    };
    expect([...(failed(NAMES) ?? [])].sort()).toEqual(['a', 'c', 'd']);
    expect(failed(['a', 'c'])).not.toContain('d');
    expect(failed([])).toBeUndefined();
  });

  test('no host at all, and then one that serves: what failed before counts no more', () => {
    const world = ringWithoutHosts();
    world.run(600_000);
    world.host('d').hypervisorFaults.clear();
    world.run(330_000);
    expect(world.network.holders(world.vipOf('b'))).toEqual(['bb@d']);
    world.run(30_000);
    const { failedHosts } = world.host('a').state.dbss['DBSS_b_a'] ?? {};
    expect(failedHosts).toEqual(newFailedHosts());
  });

  test('no host at all: who orders the return has them tried again at once', () => {
    const world = ringWithoutHosts();
    world.run(600_000);
    for (const name of NAMES) world.host(name).hypervisorFaults.clear();
    world.tell(world.host('a'), { kind: 'operator', command: 'return-target', target: 'b' });
    world.run(25_000);
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@/);
  });

  test('a target that returns while no host can is returned', () => {
    const world = ringInMidInterval(new World(NAMES));
    for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
    world.host('b').starts_when_asked = false;
    world.plug('b');
    world.run(200_000);
    world.powerOn('b');
    world.run(100_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('a virtual server that does not give the address up: never two holders, and the target is returned', () => {
    const world = ringInMidInterval(new World(NAMES));
    world.stopDaemon('b');
    world.run(20_000);
    for (const name of NAMES) world.host(name).hypervisorFaults.add('remove-address');
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });

  test('a target that cannot take its address back is neither restarted for ever nor left without service for long', () => {
    const world = ringInMidInterval(new World(NAMES));
    world.stopDaemon('b');
    world.run(15_000);
    world.host('b').stuckAddresses.add(world.vipOf('b'));
    let without_ms = 0;
    for (let elapsed_ms = 0; elapsed_ms < 3_600_000; elapsed_ms += 500) {
      world.run(500);
      if (world.network.holders(world.vipOf('b')).length === 0) without_ms += 500;
    }
    expect(world.restarted.length).toBeLessThanOrEqual(4);
    expect(without_ms).toBeLessThan(60_000);
    world.host('b').stuckAddresses.clear();
    world.run(3_700_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });
});
