import type { MethodConfiguration } from '@dbss/agent/protocol/method/method.ts';
import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import { type Durations, DURATIONS } from '../../cli/src/simulator/durations.ts';
import { madeRing, ownershipOf } from '../../cli/src/simulator/made-ring.ts';
import { World } from '../../cli/src/simulator/world.ts';
import { abnormalities, favouring, ringInMidInterval, SIX } from '../support/normal.ts';
import { logOf } from '../support/transcript.ts';

const PEOPLE_NOTICE_MS = 1000;

interface Settings {
  readonly method: MethodConfiguration['method'];
  readonly quorum?: RingConfiguration['quorum'];
  readonly durations?: Partial<Durations>;
}

/** Six servers of which `host` has the most room. A machine goes on for five seconds after it was asked to restart. */
function ringWith(host: string, { method, quorum = 'majority', durations = {} }: Settings): World {
  const ownership = ownershipOf(SIX, { lease: LEASE_PROFILES.paper, witness: true });
  const asked = quorum === 'majority' ? { quorum, ownership } : { quorum };
  const world = new World(madeRing(SIX, { method, ...asked }), { ...DURATIONS, ...durations });
  world.loadOf = favouring(host);
  return ringInMidInterval(world);
}

/** ftp loses its service, and so does web1, which ftp manages. */
function twoServices(host: string, settings: Settings, pause_ms = 0): World {
  const world = ringWith(host, settings);
  world.stopDaemon('ftp');
  world.run(pause_ms);
  world.stopDaemon('web1');
  return world;
}

/** Milliseconds of the next so many in which nobody serves web1's clients after a virtual server did for the first time, in steps of 100. */
function lostAfterRecovery_ms(world: World, for_ms: number): number {
  let recovered = false;
  let lost_ms = 0;
  for (let step_ms = 0; step_ms < for_ms; step_ms += 100) {
    world.run(100);
    const [holder] = world.network.holders(world.vipOf('web1'));
    if (recovered && holder === undefined) lost_ms += 100;
    recovered ||= holder !== undefined && holder !== 'web1';
  }
  return recovered ? lost_ms : Infinity;
}

function expectNormal(world: World): void {
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
}

describe.each(['ring', 'p2p'] as const)('a server that was asked to restart goes on for seconds (method %s)', (method) => {
  test.each(SIX)('the virtual server of another one is not lost with it, when %s has the most room', (host) => {
    const world = twoServices(host, { method });
    expect(lostAfterRecovery_ms(world, 60_000)).toBeLessThan(PEOPLE_NOTICE_MS);
    expect(logOf(world, 'ftp')).not.toContainEqual(expect.stringMatching(/^Virtual server web1b created here/));
    world.run(200_000);
    expectNormal(world);
  });

  // It and another manager may both recover web1, the longer a creation takes the more so.
  const slow = [900, 3000, 4000].flatMap((installation) => ['login', 'ftp'].map((host) => [installation, host] as const));
  describe.each(['none', 'majority'] as const)('quorum %s', (quorum) => {
    test.each(slow)(
      'one virtual server serves, and goes on, when an installation takes %i ms and %s has the most room',
      (installation, host) => {
        for (const pause_ms of [0, 3000]) {
          const world = twoServices(host, { method, quorum, durations: { installation } }, pause_ms);
          expect(lostAfterRecovery_ms(world, 60_000)).toBeLessThan(PEOPLE_NOTICE_MS);
          world.run(200_000);
          expectNormal(world);
        }
      },
    );
  });

  test.each([
    ['majority', { boot: 5000 }],
    ['none', { boot: 1500, installation: 4000 }],
    ['majority', { boot: 15_000 }],
  ] as const)(
    'its target is back before it is down, and is neither restarted nor returned once more (quorum %s, %o)',
    (quorum, durations) => {
      const world = ringWith('login', { method, quorum, durations });
      world.host('ftp').shutdown_ms = 20_000;
      world.host('web1').shutdown_ms = 1500;
      world.stopDaemon('ftp');
      world.run(3000);
      world.stopDaemon('web1');
      expect(lostAfterRecovery_ms(world, 60_000)).toBeLessThan(PEOPLE_NOTICE_MS);
      world.run(200_000);
      expectNormal(world);
      expect(world.restarted.filter((name) => name === 'web1')).toHaveLength(1);
    },
  );

  test('who waits for a virtual server on it has another host make it at once', () => {
    const world = ringWith('login', { method });
    world.stopDaemon('web2');
    while (world.host('login').state.virtualServer.state !== 'creating') world.run(10);
    const begun_ms = world.now_ms;
    orderRestart(world, 'login', 'proxy');
    while (!world.transcript.some((line) => line.includes('web2b created here'))) world.run(10);
    expect(world.now_ms - begun_ms).toBeLessThan(world.durations.resume + world.durations.installation + 100);
    expect(logOf(world, 'login')).not.toContainEqual(expect.stringMatching(/^Virtual server web2b created here/));
    world.run(300_000);
    expectNormal(world);
  });

  test('it is waited for, and not asked again and again, which would count as a server that fails too often', () => {
    const world = ringWith('login', { method });
    world.host('web1').shutdown_ms = 40_000;
    world.stopDaemon('web1');
    world.run(50_000);
    expect(logOf(world, 'web1').filter((line) => line.startsWith('Restart requested'))).toHaveLength(1);
    world.run(200_000);
    expectNormal(world);
  });

  test('one whose shutdown hangs and comes right is returned, and is a host again', () => {
    const world = ringWith('login', { method });
    world.host('web1').shutdown_ms = Number.MAX_SAFE_INTEGER;
    world.stopDaemon('web1');
    world.run(30_000);
    world.startDaemon('web1');
    world.run(200_000);
    expect(logOf(world, 'web1')).toContain('This server was to restart and has not: it goes on, and restarts when it is asked again');
    expectNormal(world);
  });
});

test('a virtual server whose manager forgot it in its own restart lets go when its target is well, in the next interval (P2P)', () => {
  // Quick enough for mail to find web1 normal, which it examines in place of ftp: nobody but ftp knows of the recovery.
  const world = twoServices('login', { method: 'p2p', durations: { boot: 1500, installation: 800 } });
  expect(lostAfterRecovery_ms(world, 28_000)).toBeLessThan(PEOPLE_NOTICE_MS);
  expect(logOf(world, 'ftp')).toContain('DBSS_web1_ftp Virtual server web1b@mail serves for the target already');
  expect(world.network.holders(world.vipOf('web1'))).toEqual(['web1']);
  world.run(60_000);
  expectNormal(world);
});

test.each(['none', 'majority'] as const)(
  'a manager that is about to restart begins a recovery only where a majority is asked (quorum %s)',
  (quorum) => {
    const world = ringWith('login', { method: 'ring', quorum });
    world.host('ftp').shutdown_ms = 20_000;
    world.stopDaemon('web1');
    world.run(5500);
    orderRestart(world, 'ftp', 'mail');
    world.run(10_000);
    const begun = logOf(world, 'ftp').filter((line) => line.startsWith('DBSS_web1_ftp Virtual server creation started'));
    expect(begun).toHaveLength(quorum === 'none' ? 0 : 1);
    if (quorum === 'none')
      expect(logOf(world, 'ftp')).toContain('DBSS_web1_ftp Left to a server that is not about to restart, which manages the target');
  },
);

/** As a manager does it. */
function orderRestart(world: World, server: string, by: string): void {
  world.messages.call(world.host(by), { kind: 'call', request: 'by hand', to: server, message: { kind: 'restart' }, timeout_ms: 1000 });
}

test('a manager that finds itself abnormal is the last host that it would choose, whatever room it has', () => {
  const world = ringWith('ftp', { method: 'ring' });
  world.faults.loseMessages((_, to, { kind }) => to === 'ftp' && kind === 'restart', 20);
  world.stopDaemon('ftp');
  world.plug('web1');
  world.run(20_000);
  const begun = logOf(world, 'ftp').filter((line) => line.startsWith('DBSS_web1_ftp Virtual server creation started'));
  expect(begun).not.toEqual([]);
  expect(begun).not.toContainEqual(expect.stringContaining('web1b@ftp'));
});
