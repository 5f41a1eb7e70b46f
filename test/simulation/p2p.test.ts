import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import { ownershipOf, ringOf } from '../../cli/src/simulator/made-ring.ts';
import { abnormalities, missingHeartbeats, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

const BOOT_AND_RETURN_MS = 200_000;

function p2p(names: readonly string[] = SIX): World {
  return ringInMidInterval(new World(names, { method: 'p2p' }));
}

/** Mail of this server is examined by a delivery, as with `check: work`. */
function deliveringMail(name: string): RingConfiguration['servers'] {
  return ringOf(SIX, name).servers.map((server) => {
    if (server.name !== name) return server;
    return { ...server, services: server.services.map((service) => ({ ...service, work: { kind: 'mail', imap_port: 143 } as const })) };
  });
}

function expectNormal(world: World): void {
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(missingHeartbeats(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
}

function said(world: World, words: string): boolean {
  return world.transcript.some((line) => line.includes(words));
}

/** Seconds from now until a virtual server holds the address of each of these servers. */
function recoveredAfter_s(world: World, targets: readonly string[]): Record<string, number> {
  const from_ms = world.now_ms;
  const times: Record<string, number> = {};
  while (Object.keys(times).length < targets.length && world.now_ms - from_ms < 60_000) {
    world.run(100);
    for (const target of targets) {
      if (world.network.holders(world.vipOf(target))[0]?.startsWith(`${target}b@`) === true)
        times[target] ??= (world.now_ms - from_ms) / 1000;
    }
  }
  return times;
}

describe('the P2P method', () => {
  test('has two managers with priorities for each server, in normal operation', () => {
    const world = p2p();
    expect(world.files('mail')?.operation).toContain('mail ftp ftp.dat P1\n');
    expect(world.files('mail')?.operation).toContain('web1 ftp ftp.dat P2\n');
    expectNormal(world);
  });

  test.each<[string, readonly string[]]>([
    ['three', ['a', 'b', 'c']],
    ['two', ['a', 'b']],
    ['six', SIX],
  ])('plug pulled in a group of %s: the one with priority 1 recovers, the other one waits and is told', (_, names) => {
    const world = p2p(names);
    const target = names[1]!;
    world.plug(target);
    world.run(20_000);
    expect(world.network.holders(world.vipOf(target))[0]).toMatch(new RegExp(`^${target}b@`));
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    if (names.length < 3) return;
    const second = names[2]!;
    expect(said(world, `DBSS_${target}_${second} Priority 2: waiting for U.file or D.file of ${names[0]!}`)).toBe(true);
    expect(said(world, `DBSS_${target}_${second} U.file received from ${names[0]!}`)).toBe(true);
  });

  test('service stopped for good: recovered, restarted, returned; only the one with priority 1 restarts it', () => {
    const world = p2p();
    world.stopDaemon('ftp');
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
    expect(world.restarted).toEqual(['ftp']);
  });

  test('a target that is not recovered: D.file ends the program of the one with priority 2, and it is returned when somebody starts it', () => {
    const world = p2p();
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.run(300_000);
    expect(said(world, 'DBSS_ftp_web1 terminated: D.file received from mail')).toBe(true);
    world.powerOn('ftp');
    world.run(100_000);
    expectNormal(world);
  });

  test('target and manager with priority 1 die at once: the one with priority 2 acts in its place', () => {
    const world = p2p();
    world.plug('mail');
    world.plug('ftp');
    const times = recoveredAfter_s(world, ['mail', 'ftp']);
    expect(Object.keys(times).sort()).toEqual(['ftp', 'mail']);
    expect(said(world, 'DBSS_ftp_web1 mail is abnormal: acting with priority 1 in its place')).toBe(true);
    world.run(2 * BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('the manager with priority 1 dies while it recovers: the one with priority 2 goes on with it', () => {
    const world = p2p();
    world.plug('ftp');
    world.run(15_000);
    world.plug('mail');
    world.run(40_000);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
    expect(said(world, 'DBSS_ftp_web1 Recovery taken up again')).toBe(true);
    world.run(2 * BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('mail, ftp and web1 at once (Fig. 15): ftp is found after mail, and all return', () => {
    const world = p2p();
    for (const name of ['mail', 'ftp', 'web1']) world.plug(name);
    const times = recoveredAfter_s(world, ['mail', 'ftp', 'web1']);
    expect(Object.keys(times).sort()).toEqual(['ftp', 'mail', 'web1']);
    // Login examines ftp when it has found mail failed; web2, which has priority 2 for web1, finds its manager ftp failed beside it.
    expect(times.ftp! - times.mail!).toBeGreaterThan(3);
    expect(Math.abs(times.web1! - times.mail!)).toBeLessThan(1);
    world.run(3 * BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('the one with priority 2 leaves the target to the other one that is well, also when it has not heard of the separation yet', () => {
    const world = p2p();
    world.faults.loseMessages((from, to, { kind }) => from === 'mail' && to === 'web1' && kind === 'edit', 2);
    world.plug('ftp');
    world.run(20_000);
    expect(said(world, 'DBSS_ftp_web1 Network problem reexamined: abnormal')).toBe(true);
    expect(said(world, 'acting with priority 1')).toBe(false);
    world.run(BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('a target whose manager with priority 1 lost its flag file is recovered by the other one', () => {
    const world = p2p();
    world.setFlag('mail', false);
    world.run(15_000);
    world.plug('ftp');
    world.run(40_000);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
  });

  test('intervals go on when the server that sends S.file dies', () => {
    const world = p2p();
    world.plug('mail');
    world.run(60_000);
    world.plug('web2');
    expect(Object.keys(recoveredAfter_s(world, ['web2']))).toEqual(['web2']);
  });

  test.each(['hangs', 'is full'] as const)(
    'a recovery is left to the one with priority 1 while the shared storage %s, which is no fault of its services',
    (how) => {
      const world = ringInMidInterval(new World(SIX, { method: 'p2p', examines_storage: true, servers: deliveringMail('mail') }));
      world.host('ftp').starts_when_asked = false;
      world.plug('ftp');
      world.run(15_000);
      world.faults[how === 'hangs' ? 'storageHangs' : 'storageFull'] = true;
      world.run(60_000);
      expect(said(world, 'DBSS_ftp_web1 The shared storage is in doubt')).toBe(true);
      expect(said(world, 'acting with priority 1')).toBe(false);
      expect(said(world, 'Recovery taken up again')).toBe(false);
    },
  );

  test('a recovery is taken up from one whose services fail while the shared storage answers', () => {
    const world = ringInMidInterval(new World(SIX, { method: 'p2p', examines_storage: true }));
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.run(15_000);
    world.faults.blind.add(`web1 ${world.vipOf('mail')}`);
    world.run(30_000);
    expect(said(world, 'DBSS_ftp_web1 mail is abnormal: acting with priority 1 in its place')).toBe(true);
  });

  test('with a majority no address has two holders, whoever of the two managers acts', () => {
    const ownership = ownershipOf(SIX, { lease: LEASE_PROFILES.paper, witness: true });
    const world = ringInMidInterval(new World(SIX, { method: 'p2p', quorum: 'majority', ownership }));
    for (const name of ['mail', 'ftp', 'web1']) world.plug(name);
    world.run(3 * BOOT_AND_RETURN_MS);
    expectNormal(world);
  });

  test('one question about the management program that nobody answers is no reason to take a recovery up', () => {
    const world = p2p();
    world.plug('ftp');
    world.run(20_000);
    let lost = 0;
    world.faults.loseMessages((from, to, request) => {
      if (from !== 'web1' || to !== 'mail' || request.kind !== 'state' || lost > 0) return false;
      lost += 1;
      return true;
    }, 30_000);
    world.run(BOOT_AND_RETURN_MS);
    expect(lost).toBe(1);
    expect(said(world, 'DBSS_ftp_web1 mail is abnormal')).toBe(false);
    expectNormal(world);
  });

  test('with its SEM cable out, the one with priority 2 takes no recovery up', () => {
    const world = p2p();
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.run(20_000);
    world.link('web1', 'sem', false);
    world.run(45_000);
    world.link('web1', 'sem', true);
    world.host('ftp').starts_when_asked = true;
    world.powerOn('ftp');
    world.run(BOOT_AND_RETURN_MS);
    expect(said(world, 'DBSS_ftp_web1 mail is abnormal')).toBe(false);
    expectNormal(world);
  });

  test('the one with priority 2 acts, an interval later, for one that runs but cannot reach the target', () => {
    const world = p2p();
    world.setFlag('mail', false);
    world.link('ftp', 'service', false);
    world.plug('web1');
    world.run(60_000);
    expect(world.network.holders(world.vipOf('web1'))[0]).toMatch(/^web1b@/);
  });
});
