import { parseHeartbeat } from '@dbss/agent/protocol/management-files/heartbeat.ts';
import { targetsToExamine } from '@dbss/agent/protocol/monitoring/dual-monitoring.ts';
import { parseGroup } from '@dbss/agent/protocol/management-files/group.ts';
import { World } from '../support/world.ts';
import { ringInMidInterval, SIX } from '../support/normal.ts';
import { logOf, timedLogOf } from '../support/transcript.ts';

describe('§4.1 dual monitoring method', () => {
  test('§4.1 external monitoring: network and services of the target are examined by network access', () => {
    const world = ringInMidInterval(new World(SIX));
    const examined: string[] = [];
    world.runToInterval(-1);
    world.watch = (host, effect) => {
      if (host === 'mail' && (effect.kind === 'ping' || effect.kind === 'check-service')) examined.push(`${effect.kind} ${effect.address}`);
    };
    world.run(1000);
    expect(examined).toEqual([`ping ${world.realIpOf('ftp')}`, `check-service ${world.vipOf('ftp')}`]);
  });

  test('§4.1 internal monitoring: the default gateway for the network, the local service ports for the services', () => {
    const world = ringInMidInterval(new World(SIX));
    const examined: string[] = [];
    world.watch = (host, effect) => {
      if (host === 'mail' && (effect.kind === 'ping' || effect.kind === 'check-service')) examined.push(`${effect.kind} ${effect.address}`);
    };
    world.run(3000);
    expect(examined).toEqual(['ping 198.18.0.254', 'check-service 127.0.0.1']);
  });

  test('§4.1 internal monitoring is performed during the monitoring interval time', () => {
    const world = ringInMidInterval(new World(SIX));
    const moments = new Set<number>();
    world.watch = (_, effect) => {
      if (effect.kind === 'ping' && effect.address === '198.18.0.254') moments.add(world.now_ms % 10_000);
    };
    world.run(30_000);
    expect([...moments]).toEqual([6000]);
  });

  test('§4.1 the result is recorded in the heartbeat file, which is shared by all management servers', () => {
    const world = ringInMidInterval(new World(SIX));
    world.run(2000);
    const texts = new Set(SIX.map((name) => world.files(name)?.heartbeat));
    expect(texts.size).toBe(1);
    expect(parseHeartbeat([...texts][0] ?? '').map(({ server }) => server)).toEqual(SIX);
  });

  test('§4.1 a failed server is recognized by the heartbeat file before the normal external monitoring', () => {
    const world = ringInMidInterval(new World(SIX));
    const from = world.transcript.length;
    world.plug('ftp');
    world.run(5001);
    expect(timedLogOf(world, 'mail', from).map(({ text }) => text)).toEqual([
      'DBSS_ftp_mail Heartbeat of ftp is missing',
      'DBSS_web1_mail started',
    ]);
  });

  test('§4.1 FTP and Web 1 fail at the same time: the mail server recognizes both and examines both at the same time', () => {
    const world = ringInMidInterval(new World(SIX));
    world.plug('ftp');
    world.plug('web1');
    const pings: string[] = [];
    world.watch = (host, effect) => {
      if (host === 'mail' && effect.kind === 'ping' && world.now_ms % 10_000 === 0) pings.push(effect.address);
    };
    world.run(5001);
    expect(pings).toEqual([world.realIpOf('ftp'), world.realIpOf('web1'), world.realIpOf('web2')]);
    world.run(9000);
    const detected = logOf(world, 'mail').filter((line) => line.includes('Network problem detected'));
    expect(detected).toEqual([
      'DBSS_ftp_mail Network problem detected (examination 2.00 s)',
      'DBSS_web1_mail Network problem detected (examination 2.00 s)',
    ]);
  });

  test('§4.1 a missing heartbeat alone takes nothing over', () => {
    const world = ringInMidInterval(new World(SIX));
    world.link('ftp', 'sem', false);
    world.run(100_000);
    expect(Object.keys(world.host('mail').state.dbss)).toEqual(['DBSS_ftp_mail', 'DBSS_web1_mail']);
    expect(world.transcript.join('\n')).not.toMatch('problem');
  });

  test.each([
    [['ftp'], ['ftp', 'web1']],
    [['web1'], ['ftp']],
    [[], ['ftp']],
    [
      ['ftp', 'web1', 'web2', 'proxy', 'login'],
      ['ftp', 'web1', 'web2', 'proxy', 'login'],
    ],
  ])('§4.1 with the heartbeats of %j missing the mail server examines %j', (stale, targets) => {
    const group = parseGroup(new World(SIX).names.map((name, index) => `${String(index + 1)} ${name} ${name}.dat\n`).join(''));
    expect(targetsToExamine(group, 'mail', new Set(stale))).toEqual(targets);
  });
});
