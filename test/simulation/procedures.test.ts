import { abnormalities, favouring, ringInMidInterval, SIX } from '../support/normal.ts';
import { logOf } from '../support/transcript.ts';
import { World } from '../support/world.ts';

/** Seen, stable for an interval, and captured in the one after it at the latest. */
const CAPTURE_MS = 40_000;
const RETURN_MS = 200_000;

/** A ring in which everybody has everybody's first capture. */
function ring(): World {
  const world = ringInMidInterval(new World(SIX));
  world.run(30_000);
  return world;
}

/** Versions of a server's procedure on each server. */
function versions(world: World, server: string): (number | undefined)[] {
  return world.names.map((name) => world.host(name).procedures.get(server)?.[0]?.stamp.epoch);
}

function configurationOnVirtualServer(world: World, target: string): string | undefined {
  return [...world.hosts.values()].find(({ standby }) => standby.procedure === target)?.standby.configuration;
}

test('§3.1: after the start every server captures its configuration, and the files of all are on all', () => {
  const world = ring();
  for (const server of SIX) expect(versions(world, server)).toEqual(SIX.map(() => 1));
  expect(abnormalities(world)).toEqual([]);
});

test('a configuration that does not change is captured once', () => {
  const world = ring();
  world.run(600_000);
  for (const server of SIX) expect(versions(world, server)).toEqual(SIX.map(() => 1));
});

test('a changed configuration is in force on the virtual server at the next failover, with no operator action', () => {
  const world = ring();
  world.changeConfiguration('ftp', 'another banner');
  world.run(CAPTURE_MS);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 2));
  world.plug('ftp');
  world.run(20_000);
  expect(configurationOnVirtualServer(world, 'ftp')).toBe('another banner');
  world.run(RETURN_MS);
  expect(abnormalities(world)).toEqual([]);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 2));
});

test('a server that was down while another captured gets the new version when it is back', () => {
  const world = ring();
  world.plug('web2');
  world.run(20_000);
  world.changeConfiguration('ftp', 'another banner');
  world.run(CAPTURE_MS);
  expect(world.host('web2').procedures.get('ftp')?.[0]?.stamp.epoch).toBe(1);
  world.run(RETURN_MS);
  expect(abnormalities(world)).toEqual([]);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 2));
});

test('a server that lost its disk gets the files of all from the others, its own among them, and goes on from there', () => {
  const world = ring();
  world.plug('web2');
  world.host('web2').procedures.clear();
  world.run(RETURN_MS);
  for (const server of SIX) expect(versions(world, server)).toEqual(SIX.map(() => 1));
  world.changeConfiguration('web2', 'reinstalled');
  world.run(CAPTURE_MS);
  expect(versions(world, 'web2')).toEqual(SIX.map(() => 2));
});

test('a server that was out of reach for long, without being taken over, gets what was captured meanwhile soon after', () => {
  const world = ringInMidInterval(new World(['mail', 'ftp']));
  world.run(30_000);
  world.link('ftp', 'sem', false);
  world.changeConfiguration('mail', 'another banner');
  world.run(150_000);
  expect(world.host('mail').procedures.get('mail')?.[0]?.configuration).toBe('another banner');
  world.link('ftp', 'sem', true);
  world.run(80_000);
  expect(world.host('ftp').procedures.get('mail')?.[0]?.configuration).toBe('another banner');
});

test('what a lost message kept from a server it gets in the next exchanges', () => {
  const world = ring();
  world.link('login', 'sem', false);
  world.changeConfiguration('ftp', 'another banner');
  world.run(15_000);
  world.link('login', 'sem', true);
  world.run(RETURN_MS * 2);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 2));
});

test('a configuration with which the services do not run is not captured: the virtual server has the one before it', () => {
  const world = ring();
  world.host('ftp').brokenConfigurations.add('broken');
  world.changeConfiguration('ftp', 'broken');
  world.run(20_000);
  expect(configurationOnVirtualServer(world, 'ftp')).toBe('as generated');
  world.run(RETURN_MS);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 1));
});

test('a configuration that no daemon has read yet is not captured, and that is shown', () => {
  const world = ring();
  world.changeConfiguration('ftp', 'written and not tried', 'do not restart');
  world.run(120_000);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 1));
  const { drift } = world.host('ftp').state.procedures;
  expect(drift?.differences).toEqual(['/etc/made.conf']);
  expect(drift?.unread).toHaveLength(1);
  world.changeConfiguration('ftp', 'written and not tried');
  world.run(CAPTURE_MS);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 2));
  expect(world.host('ftp').state.procedures.drift).toBeUndefined();
});

test('a configuration that goes on changing is captured when it stands still', () => {
  const world = ring();
  for (let draft = 1; draft <= 6; draft += 1) {
    world.changeConfiguration('ftp', `draft ${String(draft)}`);
    world.run(7_000);
    expect(world.host('ftp').procedures.get('ftp')?.[0]?.stamp.epoch).toBe(1);
  }
  world.run(CAPTURE_MS);
  expect(world.host('mail').procedures.get('ftp')?.[0]).toMatchObject({ configuration: 'draft 6', stamp: { epoch: 2 } });
});

test('a capture that fails is told once, tried again, and keeps nothing from being taken over', () => {
  const world = ring();
  world.host('ftp').captureFault = 'the original server lacks the package made';
  world.changeConfiguration('ftp', 'needs a package');
  world.run(300_000);
  const told = logOf(world, 'ftp').filter((line) => line.startsWith('Installation procedure not captured'));
  expect(told).toEqual(['Installation procedure not captured: the original server lacks the package made']);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 1));
  world.host('ftp').captureFault = undefined;
  world.run(120_000);
  expect(versions(world, 'ftp')).toEqual(SIX.map(() => 2));
});

test('a version that does not start in the standby gives way to the one before it there, and nobody else is touched', () => {
  const world = ring();
  world.loadOf = favouring('login');
  world.host('login').brokenConfigurations.add('works on the real server alone');
  world.changeConfiguration('ftp', 'works on the real server alone');
  world.run(CAPTURE_MS);
  world.plug('ftp');
  world.run(20_000);
  expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftpb@login']);
  expect(configurationOnVirtualServer(world, 'ftp')).toBe('as generated');
  expect(logOf(world, 'login')).toContain('Installation procedure of ftp, version 2, does not work in the standby here');
  expect(world.restarted).toEqual([]);
  world.run(RETURN_MS);
  expect(abnormalities(world)).toEqual([]);
});

test('a procedure of which no version works is tried on every host, told, and harms no other server', () => {
  const world = ring();
  for (const name of SIX) {
    world.host(name).brokenConfigurations.add('works on the real server alone');
    world.host(name).brokenConfigurations.add('as generated');
  }
  world.host('ftp').brokenConfigurations.clear();
  world.plug('ftp');
  world.run(60_000);
  expect(logOf(world, 'mail').some((line) => line.includes('Virtual server creation failed: ftpb@'))).toBe(true);
  for (const name of SIX.filter((one) => one !== 'ftp')) expect(world.network.holders(world.vipOf(name))).toEqual([name]);
  world.run(RETURN_MS);
  expect(abnormalities(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
});
