import { abnormalities, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

function ring(names: readonly string[] = SIX): World {
  return ringInMidInterval(new World(names));
}

function expectUntouched(world: World): void {
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(world.restarted).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
  expect(world.transcript.join('\n')).not.toMatch('creation started');
}

describe('the healthy are left alone', () => {
  test('one lost ping and a normal reexamination take nothing over', () => {
    const world = ring();
    world.faults.losePing('mail', world.realIpOf('ftp'));
    world.run(60_000);
    expect(world.faults.spent).toBe(true);
    expect(world.transcript.join('\n')).toMatch('DBSS_ftp_mail Reexamined: normal');
    expectUntouched(world);
  });

  test.each<[readonly string[]]>([[SIX], [['a', 'b', 'c']]])(
    'a manager whose own cable is pulled does not take its target over: %j',
    (names) => {
      const world = ring(names);
      world.link(names[0]!, 'service', false);
      world.run(30_000);
      const target = names[1]!;
      expect(world.network.holders(world.vipOf(target))).toEqual([target]);
      expect(world.restarted).toEqual([names[0]]);
    },
  );

  test('a manager cut off for less than its own detection takes nothing over', () => {
    const world = ring();
    world.runToInterval(-50);
    world.link('mail', 'service', false);
    world.run(9000);
    world.link('mail', 'service', true);
    world.run(100_000);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftp']);
    expect(world.restarted).not.toContain('ftp');
  });

  test('a daemon that is restarted while it is examined', () => {
    const world = ring();
    world.runToInterval(-100);
    world.stopDaemon('ftp');
    world.at(900, () => world.host('ftp').daemons.add('ftpd'));
    world.run(60_000);
    expect(world.transcript.join('\n')).toMatch('DBSS_ftp_mail Service problem detected');
    expect(world.transcript.join('\n')).toMatch('DBSS_ftp_mail Reexamined: normal');
    expectUntouched(world);
  });

  test('the gateway is away', () => {
    const world = ring();
    world.network.gatewayAnswers = false;
    world.run(100_000);
    world.network.gatewayAnswers = true;
    world.run(30_000);
    expectUntouched(world);
  });

  test.each(['serviceSwitch', 'semSwitch'] as const)('the %s is off for a while', (which) => {
    const world = ring();
    const owner = which === 'serviceSwitch' ? world.network : world.messages;
    Object.assign(owner, { [which]: false });
    world.run(100_000);
    Object.assign(owner, { [which]: true });
    world.run(50_000);
    expectUntouched(world);
  });

  test('the clock of a server is stepped', () => {
    const world = ring();
    world.host('mail').clock.skew_ms = 3_600_000;
    world.run(35_000);
    world.host('mail').clock.skew_ms = -7_200_500;
    world.run(60_000);
    world.host('mail').clock.skew_ms = 0;
    world.run(30_000);
    expectUntouched(world);
  });

  test('a deleted flag stops the program and keeps the address', () => {
    const world = ring();
    world.setFlag('ftp', false);
    world.run(200_000);
    expect(world.host('ftp').state.executor.phase).toBe('waiting-for-flag');
    expect(Object.keys(world.host('ftp').state.dbss)).toEqual([]);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftp']);
    expect(Object.values(world.host('mail').state.dbss).map((dbss) => dbss.target)).toEqual(['ftp', 'web1']);
    world.setFlag('ftp', true);
    world.run(50_000);
    expectUntouched(world);
  });
});

describe('a heartbeat that does not arrive while the next server fails', () => {
  test('only the manager that the operation file names recovers it', () => {
    const world = ring();
    world.faults.loseMessages((from, to, request) => from === 'ftp' && to === 'mail' && request.kind === 'heartbeat', 1);
    world.plug('web1');
    world.run(30_000);
    const started = world.transcript.filter((line) => line.includes('creation started'));
    expect(started).toHaveLength(1);
    expect(started[0]).toMatch('DBSS_web1_ftp');
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });
});
