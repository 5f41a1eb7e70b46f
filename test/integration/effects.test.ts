import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { magicPacket } from '../../agent/src/effects/wake-on-lan/wake-on-lan.ts';
import { killed, startDriver, type Driver } from './support/driver.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const VIP = '198.18.64.111';

interface Timed {
  readonly elapsed_ms: number;
  readonly reason?: string;
}

describeAsRoot('effects on a real network', () => {
  let network: Network;
  let a: Driver;
  let b: Driver;
  const daemons: ChildProcess[] = [];

  beforeAll(async () => {
    network = createNetwork(['a', 'b', 'c']);
    a = await startDriver(network.namespace('a'), 'effects', 'eth0');
    b = await startDriver(network.namespace('b'), 'effects', 'eth0');
  });
  afterAll(async () => {
    await Promise.all([a.kill(), b.kill(), ...daemons.map(killed)]);
    network.remove();
  });

  describe('network examination', () => {
    test('a host that is there replies at once', async () => {
      const { elapsed_ms, reason } = (await a.ask('ping', network.address('b'), 2_000)) as Timed;
      expect(reason).toBeUndefined();
      expect(elapsed_ms).toBeLessThan(500);
    });

    test.each([100, 700, 2_000])('a host that is not there fails after %d ms', async (timeout_ms) => {
      const { elapsed_ms, reason } = (await a.ask('ping', '198.18.64.99', timeout_ms)) as Timed;
      expect(reason).toContain(`no reply from 198.18.64.99 within ${(timeout_ms / 1000).toFixed(2)} s`);
      expect(elapsed_ms).toBeGreaterThanOrEqual(timeout_ms - 20);
      expect(elapsed_ms).toBeLessThan(timeout_ms + 300);
    });

    test('a host that comes within the timeout is found', async () => {
      network.link('b', 'down');
      const answer = a.ask('ping', network.address('b'), 3_000) as Promise<Timed>;
      await sleep(800);
      network.link('b', 'up');
      expect((await answer).reason).toBeUndefined();
    });

    test('without a route it takes its whole time, in case one comes', async () => {
      const { elapsed_ms, reason } = (await a.ask('ping', '198.19.0.1', 1_500)) as Timed;
      expect(reason).toMatch(/unreachable/);
      expect(elapsed_ms).toBeGreaterThanOrEqual(1_480);
    });
  });

  describe('service examination', () => {
    test('a web server passes; the same port is no FTP server', async () => {
      daemons.push(spawn('ip', ['netns', 'exec', network.namespace('b'), 'python3', '-m', 'http.server', '8080'], { stdio: 'ignore' }));
      let found: Timed = { elapsed_ms: 0, reason: 'not asked' };
      for (let tries = 0; tries < 50 && found.reason !== undefined; tries += 1) {
        found = (await a.ask('check', network.address('b'), 'http', 8080, 1_000)) as Timed;
        await sleep(100);
      }
      expect(found.reason).toBeUndefined();
      const ftp = (await a.ask('check', network.address('b'), 'ftp', 8080, 300)) as Timed;
      expect(ftp.reason).toContain('the FTP greeting did not come within 0.30 s');
    });

    test('a machine that is gone fails at the deadline', async () => {
      const { elapsed_ms, reason } = (await a.ask('check', '198.18.64.99', 'http', 80, 400)) as Timed;
      expect(reason).toContain('the connection did not come within 0.40 s');
      expect(elapsed_ms).toBeLessThan(700);
    });
  });

  test('Wake-on-LAN reaches every machine of the network', async () => {
    await a.ask('wake', '02:db:55:00:00:12', ['198.18.64.255']);
    await sleep(100);
    expect(await b.ask('datagrams')).toEqual([{ from: network.address('a'), hex: magicPacket('02:db:55:00:00:12').toString('hex') }]);
  });

  describe('virtual addresses', () => {
    const neighbour = (): string => run('ip', '-n', network.namespace('c'), 'neigh', 'show', VIP);
    const held = async (driver: Driver): Promise<boolean> => ((await driver.ask('held')) as string[]).includes(VIP);

    test('move between servers, and a client that knew the first learns the second by gratuitous ARP', async () => {
      expect(await a.ask('add', VIP, 24)).not.toHaveProperty('reason');
      run('ip', 'netns', 'exec', network.namespace('c'), 'ping', '-c1', '-w2', VIP);
      expect(neighbour()).toContain(network.mac('a'));
      expect(await a.ask('remove', VIP)).not.toHaveProperty('reason');
      const added = (await b.ask('add', VIP, 24)) as Timed;
      expect(added.reason).toBeUndefined();
      expect(added.elapsed_ms).toBeLessThan(500);
      await sleep(500);
      expect(neighbour()).toContain(network.mac('b'));
    });

    test('that are there already are no error, nor are those that are gone', async () => {
      expect(await b.ask('add', VIP, 24)).not.toHaveProperty('reason');
      expect(await held(b)).toBe(true);
      expect(await b.ask('remove', VIP)).not.toHaveProperty('reason');
      expect(await b.ask('remove', VIP)).not.toHaveProperty('reason');
      expect(await held(b)).toBe(false);
    });

    test('that were added and removed at once are removed, and announced no more', async () => {
      await b.ask('addThenRemove', VIP, 24);
      expect(await held(b)).toBe(false);
      const running = run('ip', 'netns', 'pids', network.namespace('b'))
        .split('\n')
        .filter((pid) => pid !== '');
      const programs = running.map((pid) => run('ps', '-o', 'comm=', '-p', pid).trim());
      expect(programs).not.toContain('arping');
    });

    test('leave the real address alone', async () => {
      expect(await b.ask('held')).toEqual([network.address('b')]);
    });

    test('gave no reason to complain', () => {
      expect([...a.complaints, ...b.complaints]).toEqual([]);
    });
  });

  test('load measurement counts the traffic of the interface', async () => {
    await a.ask('load');
    run('ip', 'netns', 'exec', network.namespace('c'), 'ping', '-q', '-c', '200', '-i', '0.002', '-s', '1400', network.address('a'));
    const load = (await a.ask('load')) as { available_memory_kb: number; cpu_idle_percent: number; network_kb_s: number };
    expect(load.network_kb_s).toBeGreaterThan(200);
    expect(load.available_memory_kb).toBeGreaterThan(0);
    expect(load.cpu_idle_percent).toBeGreaterThanOrEqual(0);
  });
});
