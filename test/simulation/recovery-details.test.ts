import type { Request } from '@dbss/agent/protocol/sem/messages.ts';
import { abnormalities, favouring, ringInMidInterval } from '../support/normal.ts';
import { Node } from '../support/node.ts';
import { filesOf } from '../support/ring-of.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd'];

/** The manager `a` of the target `b` is not the host of the virtual server: their messages pass the SEM network. */
function ring(): World {
  const world = new World(NAMES);
  world.loadOf = favouring('d');
  return ringInMidInterval(world);
}

function lose(world: World, kind: Request['kind'], lost: 'request' | 'answer', times = 1): void {
  world.faults.loseMessages((_, __, request, part) => request.kind === kind && part === lost, times);
}

function count(world: World, part: string): number {
  return world.transcript.filter((line) => line.includes(part)).length;
}

function expectNormal(world: World): void {
  world.run(200_000);
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
}

/** Moments of each kind of effect from now on. */
function seen(world: World, kind: string): string[] {
  const found: string[] = [];
  world.watch = (server, effect) => {
    if (effect.kind === kind || (effect.kind === 'call' && effect.message.kind === kind)) found.push(server);
  };
  return found;
}

describe('a lost message', () => {
  test('the answer to the release of the address: the target serves again after one more question', () => {
    const world = ring();
    lose(world, 'release-virtual-address', 'answer');
    world.plug('b');
    while (!world.faults.spent) world.run(100);
    world.run(3 * 1000 + 1000 + 100);
    expect(world.network.holders(world.vipOf('b'))).toEqual(['b']);
    expectNormal(world);
  });

  test('of the address that was set on the virtual server: the same one is asked again, none is created anew', () => {
    const world = ring();
    lose(world, 'set-virtual-address', 'answer');
    world.plug('b');
    world.run(40_000);
    expect(count(world, 'Virtual server creation started')).toBe(1);
    expect(count(world, 'Server function recovered')).toBe(1);
    expectNormal(world);
  });

  test('of the release: a target that answers pings is asked again', () => {
    const world = ring();
    lose(world, 'release-own-address', 'request', 2);
    const releases = seen(world, 'release-own-address');
    world.stopDaemon('b');
    world.run(20_000);
    expect(releases).toHaveLength(3);
    expectNormal(world);
  });

  test('of a finished creation: its host does not keep the virtual server', () => {
    const world = ring();
    lose(world, 'create-virtual-server', 'answer');
    world.plug('b');
    world.run(29_000);
    const running = NAMES.filter((name) => world.host(name).standby.state === 'running');
    expect(running.map((name) => `bb@${name}`)).toEqual(world.network.holders(world.vipOf('b')));
    expectNormal(world);
  });

  test('of the address taken back: the target is asked again, and the virtual server does not get the address once more', () => {
    const world = ring();
    lose(world, 'take-own-address', 'answer');
    const set = seen(world, 'add-virtual-server-address');
    world.stopDaemon('b');
    world.run(80_000);
    expect(set).toHaveLength(1);
    expect(world.restarted).toEqual(['b']);
    expectNormal(world);
  });
});

describe('what is asked of a target is repeated, but not all the time', () => {
  test('a first magic packet that is lost', () => {
    const world = ring();
    world.faults.magicPacketsLost = 1;
    world.plug('b');
    world.run(130_000);
    expect(count(world, 'down.file')).toBe(0);
    expectNormal(world);
  });

  test('a target that takes 40 s to shut down is not asked to restart each second', () => {
    const world = ring();
    world.host('b').shutdown_ms = 40_000;
    world.stopDaemon('b');
    world.run(60_000);
    expect(count(world, 'Restart requested by a')).toBeLessThanOrEqual(5);
    expectNormal(world);
  });
});

describe('files that do not reach the returned target', () => {
  test('it says hello and gets them later', () => {
    const world = ring();
    lose(world, 'install-files', 'request', 3);
    world.stopDaemon('b');
    world.run(55_000);
    expect(count(world, 'DBSS_b_a Target server waits for the management files')).toBe(1);
    expect(world.restarted).toEqual(['b']);
    expectNormal(world);
  });
});

describe('a target that is back early', () => {
  test('is returned as soon as no creation runs, without another one', () => {
    const world = ring();
    for (const name of NAMES) world.host(name).hypervisorFaults.add('hang');
    world.restart('b', 0, 8000);
    world.run(30_000);
    expect(count(world, 'Virtual server creation started')).toBe(1);
    expect(world.network.holders(world.vipOf('b'))).toEqual(['b']);
    for (const name of NAMES) world.host(name).hypervisorFaults.clear();
    expectNormal(world);
  });
});

describe('the manager’s agent restarts', () => {
  test('while the virtual server is being created: the function is recovered soon after', () => {
    const world = ring();
    world.plug('b');
    world.run(9500);
    world.restartAgent('a');
    world.run(15_000);
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@/);
    expect(count(world, 'DBSS_b_a Recovery taken up again')).toBe(1);
    expectNormal(world);
  });

  test('while the virtual server serves: it goes on serving', () => {
    const world = ring();
    world.plug('b');
    world.run(25_000);
    const [holder] = world.network.holders(world.vipOf('b'));
    const resumed = seen(world, 'resume-standby');
    world.restartAgent('a');
    for (let second = 0; second < 25; second += 1) {
      world.run(1000);
      expect(world.network.holders(world.vipOf('b'))).toEqual([holder]);
    }
    expect(resumed).toEqual([]);
    expectNormal(world);
  });

  test('before the target has given its address up: what the target itself answers there counts for nothing', () => {
    const world = ring();
    // The target's service is back at once, its restart does not come, and nobody has told it to release the address.
    world.faults.loseMessages(
      (_, to, { kind }) => to === 'b' && (kind === 'release-own-address' || kind === 'state' || kind === 'restart'),
      3,
    );
    world.stopDaemon('b');
    world.run(6045);
    world.host('b').daemons.add('bd');
    world.restartAgent('a', 10);
    world.run(14_000);
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@/);
    expectNormal(world);
  });
});

describe('two managers', () => {
  test('a target whose own manager returns while it is examined is recovered at once, by the one that examines it', () => {
    const world = new World([...NAMES, 'e', 'f']);
    ringInMidInterval(world);
    for (const name of ['b', 'c']) world.host(name).starts_when_asked = false;
    world.plug('b');
    world.run(10_000);
    world.plug('c');
    world.run(4500);
    world.powerOn('b');
    world.run(5500);
    expect(world.transcript.join('\n')).toMatch(
      /Target server recovered: virtual IP address 198.18.0.102 set on b[^]*DBSS_c_a Network problem reexamined/,
    );
    world.run(1500);
    expect(world.network.holders(world.vipOf('c'))[0]).toMatch(/^cb@/);
    world.host('c').starts_when_asked = true;
    world.powerOn('c');
    expectNormal(world);
  });

  test('a target that another server separated during the examination is left to it', () => {
    const node = Node.running(NAMES, 'a');
    node.timer('interval');
    const examination = node.last('ping');
    node.result(examination.request, { kind: 'failed', reason: 'no answer', elapsed_ms: 2000 });
    const again = node.all('ping').filter(({ address }) => address === examination.address);
    const others = node.all('ping').filter(({ address }) => address !== examination.address);
    node.call('d', {
      kind: 'edit',
      edit: { editor: 'd', epoch: 1, diff: 'group,Del,2 b b.dat\nseparation,Add,2 b b.dat\n' },
    });
    for (const { request } of others) node.result(request, { kind: 'done', elapsed_ms: 1 });
    node.result(again.at(-1)?.request ?? '', { kind: 'failed', reason: 'no answer', elapsed_ms: 2000 });
    node.othersAgree();
    expect(node.logs()).toContain('DBSS_b_a Left to the server that separated it, which manages the target');
    expect(node.all('call').filter(({ message }) => message.kind === 'create-virtual-server')).toEqual([]);
  });

  test('hellos from before the start of the program do not bring a server its files twice', () => {
    const node = new Node(NAMES, 'a');
    node.started();
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    for (let second = 0; second < 60; second += 10) {
      node.call('b', { kind: 'hello', boot_id: 'b' });
      node.pass(10_000);
    }
    node.tell({ kind: 'memory-disk', files: filesOf(NAMES), flag: true });
    node.pass(1000);
    node.timer('interval');
    expect(node.all('call').filter(({ to, message }) => to === 'b' && message.kind === 'take-own-address')).toEqual([]);
  });
});
