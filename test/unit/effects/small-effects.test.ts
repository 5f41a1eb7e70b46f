import { pingArguments } from '../../../agent/src/effects/ping/ping.ts';
import { reasonOf } from '../../../agent/src/effects/reason-of.ts';
import { runProgram, mustRunProgram } from '../../../agent/src/effects/process/run-program.ts';
import { Refusals } from '../../../agent/src/effects/transport/refusals.ts';
import { parseAddresses } from '../../../agent/src/effects/virtual-address/interface-addresses.ts';
import { magicPacket } from '../../../agent/src/effects/wake-on-lan/wake-on-lan.ts';
import { expectGone } from '../../support/expect-gone.ts';
import { startDaemons } from '../../../agent/src/effects/machine/machine.ts';

describe('Wake-on-LAN', () => {
  test('the magic packet is six ff and sixteen times the MAC address', () => {
    const packet = magicPacket('02:DB:55:00:00:12');
    expect(packet).toHaveLength(102);
    expect(packet.toString('hex')).toBe('ff'.repeat(6) + '02db55000012'.repeat(16));
  });

  test.each(['', '02:db:55:00:00', '02:db:55:00:00:1g'])('%p is no MAC address', (mac) => {
    expect(() => magicPacket(mac)).toThrow('not a MAC address');
  });
});

describe('ping', () => {
  test('asks five times a second, oftener when the timeout is short', () => {
    expect(pingArguments('198.18.0.1', 2_000)).toEqual(['-n', '-q', '-c', '1', '-i', '0.200', '-w', '3', '198.18.0.1']);
    expect(pingArguments('198.18.0.1', 100)).toContain('0.025');
  });
});

describe('addresses of an interface', () => {
  test('are read from the JSON of ip', () => {
    const json = '[{"ifname":"br0","addr_info":[{"local":"198.18.0.12","prefixlen":24},{"local":"198.18.0.112","prefixlen":24}]}]';
    expect(parseAddresses(json)).toEqual([
      { address: '198.18.0.12', prefix_length: 24 },
      { address: '198.18.0.112', prefix_length: 24 },
    ]);
  });

  test('of an interface without any are none', () => {
    expect(parseAddresses('[{}]')).toEqual([]);
    expect(parseAddresses('\n')).toEqual([]);
  });

  test('are an error where ip writes something else', () => {
    expect(() => parseAddresses('{}')).toThrow('not a list');
  });
});

describe('programs', () => {
  test('are killed at their deadline', async () => {
    const started_ms = performance.now();
    const result = await runProgram('sleep', ['10'], 50);
    expect(result).toMatchObject({ timed_out: true, exit_code: undefined });
    expect(performance.now() - started_ms).toBeLessThan(2_000);
  });

  test('are killed at their deadline with what they have started', async () => {
    const { stdout } = await runProgram('sh', ['-c', 'sleep 1000 & echo $!; wait'], 200);
    await expectGone(Number(stdout));
  });

  test('that fail do so in their own words', async () => {
    await expect(mustRunProgram('ls', ['/does-not-exist'], 5_000)).rejects.toThrow(/^ls \/does-not-exist: .*No such file/);
  });

  test('that are not there say so', async () => {
    await expect(runProgram('no-such-program', [], 1_000)).rejects.toThrow('cannot run no-such-program');
  });
});

describe('starting daemons', () => {
  test("is refused for what is not this server's", async () => {
    await expect(startDaemons(['sshd'], ['vsftpd'])).rejects.toThrow('sshd is not a service daemon of this server');
  });

  test('is refused for what is no name', async () => {
    await expect(startDaemons(['--force'], ['--force'])).rejects.toThrow('daemons[0]');
  });
});

describe('a reason in words', () => {
  test('names the causes and knows the common errors', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 198.18.1.12:7410'), { code: 'ECONNREFUSED' });
    expect(reasonOf(new Error('ftp', { cause: refused }))).toBe('ftp: connection refused');
  });
});

describe('refusals', () => {
  test('are counted, and reported once in a while', () => {
    const reports: string[] = [];
    let now_ms = 0;
    const refusals = new Refusals(
      (text) => reports.push(text),
      () => now_ms,
    );
    for (let i = 0; i < 100; i += 1) refusals.add('stranger refused', 'x');
    expect(reports).toEqual(['SEM: stranger refused: x (1 since the start)']);
    now_ms = 60_000;
    refusals.add('stranger refused', 'y');
    expect(reports[1]).toBe('SEM: stranger refused: y (101 since the start)');
    expect(refusals.samples()).toEqual([{ labels: { kind: 'stranger refused' }, value: 101 }]);
  });
});
