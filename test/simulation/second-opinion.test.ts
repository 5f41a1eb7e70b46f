import { abnormalities, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

describe('before a verdict others are asked', () => {
  test('a target that only its manager cannot ping is left alone', () => {
    const world = ringInMidInterval(new World(SIX));
    for (let times = 0; times < 4; times += 1) world.faults.losePing('mail', world.realIpOf('ftp'));
    world.run(30_000);
    expect(world.faults.spent).toBe(true);
    expect(world.transcript.join('\n')).toMatch(/DBSS_ftp_mail Abnormal from here, but normal for \w+: left alone/);
    expect(world.restarted).toEqual([]);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('a target that nobody pings but that reaches the gateway refutes it', () => {
    const world = ringInMidInterval(new World(SIX));
    for (const name of SIX) for (let times = 0; times < 8; times += 1) world.faults.losePing(name, world.realIpOf('ftp'));
    world.run(10_000);
    expect(world.transcript.join('\n')).toMatch('DBSS_ftp_mail Abnormal from here, but normal for ftp: left alone');
    expect(world.restarted).toEqual([]);
  });

  test('those who do not answer do not hold up the verdict on a dead target', () => {
    const world = ringInMidInterval(new World(SIX));
    world.faults.loseMessages((_, __, { kind }) => kind === 'examine', 1000);
    world.plug('ftp');
    world.run(5000 + 2000 + 2500 + 1500);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
  });

  test('a service that works for others is left alone', () => {
    const world = ringInMidInterval(new World(SIX));
    world.faults.blind.add(`mail ${world.vipOf('ftp')}`);
    world.run(30_000);
    expect(world.transcript.join('\n')).toMatch('DBSS_ftp_mail Service problem detected');
    expect(world.transcript.join('\n')).toMatch(/DBSS_ftp_mail Abnormal from here, but normal for \w+: left alone/);
    expect(world.restarted).toEqual([]);
  });
});
