import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame } from '../../agent/src/effects/transport/frames.ts';
import { FRAME_RATE } from '../../agent/src/effects/transport/limits.ts';
import { createAuthority } from './support/certificates.ts';
import { startDriver, type Driver } from './support/driver.ts';
import { createNetwork, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const NAMES = ['mail', 'ftp', 'web1'];
const GARBAGE_BYTES = 100_000_000;
/** What the process may take for a while on top of what it had: less than what is poured into it, and however long that goes on. */
const GROWTH_MB = 96;

type Counts = Readonly<Record<string, number>>;

/** ftp is attacked from two machines that are no members; one has keys of a member. mail and web1 go on talking to it. */
describeAsRoot("SEM's listener", () => {
  let directory: string;
  let network: Network;
  const nodes: Record<string, Driver> = {};
  const clients: Driver[] = [];
  const started_ms = performance.now();
  const keysOf = (name: string): string => join(directory, 'cluster', name);
  const refused = async (): Promise<Counts> => (await nodes['ftp']?.ask('refused')) as Counts;
  const rss_mb = async (): Promise<number> => (await nodes['ftp']?.ask('rss_mb')) as number;
  const calls = async (): Promise<readonly { readonly from: string }[]> => (await nodes['ftp']?.ask('calls')) as { from: string }[];
  const attacker = async (keys: string, from = 'stranger'): Promise<Driver> => {
    const client = await startDriver(network.namespace(from), 'raw-client', keys);
    clients.push(client);
    return client;
  };
  /** What ftp needs for a call of web1 while it is attacked. */
  const callTakes_ms = async (): Promise<number> => {
    const { answer, elapsed_ms } = (await nodes['web1']?.ask('call', 'ftp', { kind: 'load' }, 3_000)) as {
      answer?: unknown;
      elapsed_ms: number;
    };
    expect(answer).toEqual({ kind: 'done' });
    return elapsed_ms;
  };
  /** The most that ftp's memory grew and the slowest of the ring's own calls while something goes on. */
  const during = async (attack: Promise<unknown>): Promise<{ growth_mb: number; slowest_ms: number }> => {
    const before_mb = await rss_mb();
    const attacked = { over: false };
    const end = attack.finally(() => {
      attacked.over = true;
    });
    let [growth_mb, slowest_ms] = [0, 0];
    do {
      slowest_ms = Math.max(slowest_ms, await callTakes_ms());
      growth_mb = Math.max(growth_mb, (await rss_mb()) - before_mb);
      await sleep(50);
    } while (!attacked.over);
    await end;
    return { growth_mb, slowest_ms };
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dbss-limits-'));
    network = createNetwork([...NAMES, 'stranger', 'intruder']);
    const authority = createAuthority(directory, 'cluster');
    for (const name of [...NAMES, 'printer']) authority.issue(name);
    createAuthority(directory, 'foreign').issue('mail');
    const members = NAMES.map((name) => ({ name, address: network.address(name) }));
    for (const self of members) {
      const options = JSON.stringify({ self, peers: members.filter((member) => member !== self) });
      nodes[self.name] = await startDriver(network.namespace(self.name), 'transport-node', options, keysOf(self.name));
    }
    await callTakes_ms();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.kill()));
    // Whatever was done to it, nothing but the ring's own requests came through, and it goes on.
    expect((await calls()).every(({ from }) => from === 'web1' || from === 'mail')).toBe(true);
    await callTakes_ms();
  });
  afterAll(async () => {
    await Promise.all(Object.values(nodes).map((node) => node.kill()));
    network.remove();
    rmSync(directory, { recursive: true });
  });

  test.each([
    ['plain text', 'plain', () => join(directory, 'cluster', 'mail'), 'handshake refused'],
    ['TLS with a certificate of another authority', 'tls', () => join(directory, 'foreign', 'mail'), 'handshake refused'],
    ['TLS with a certificate of the cluster for no member', 'tls', () => join(directory, 'cluster', 'printer'), 'stranger refused'],
  ] as const)('takes 100 MB of garbage as %s without growing and without keeping the ring waiting', async (_case, way, keys, kind) => {
    const before = await refused();
    const client = await attacker(keys());
    const garbage = Buffer.alloc(1_048_576, 0xa5).toString('base64');
    const { growth_mb, slowest_ms } = await during(client.ask('pour', way, network.address('ftp'), garbage, GARBAGE_BYTES));
    expect(growth_mb).toBeLessThan(GROWTH_MB);
    expect(slowest_ms).toBeLessThan(1_000);
    expect((await refused())[kind] ?? 0).toBeGreaterThan(before[kind] ?? 0);
    expect((await calls()).every(({ from }) => from === 'web1')).toBe(true);
  });

  test.each([
    ['frames that are no JSON', Buffer.concat([Buffer.from([0, 0x0f, 0xff, 0xff]), Buffer.alloc(0x0fffff, 0x5b)]), 'malformed message'],
    ['a frame larger than any', Buffer.alloc(1_048_576, 0xff), 'oversized message'],
  ])('takes 100 MB from one who has keys of a member, as %s, without growing', async (_case, piece, kind) => {
    const before = await refused();
    const client = await attacker(keysOf('mail'), 'intruder');
    const poured = client.ask('pour', 'tls', network.address('ftp'), piece.toString('base64'), GARBAGE_BYTES);
    const { growth_mb, slowest_ms } = await during(poured);
    expect(growth_mb).toBeLessThan(GROWTH_MB);
    expect(slowest_ms).toBeLessThan(1_000);
    expect((await refused())[kind] ?? 0).toBeGreaterThan(before[kind] ?? 0);
  });

  test('lets a member that sends without end through at a rate, and the others as ever', async () => {
    const before = (await calls()).length;
    const client = await attacker(keysOf('mail'));
    const requests = Array.from({ length: 500 }, (_, id) => encodeFrame({ kind: 'request', id, request: { kind: 'load' } }));
    const flooded_ms = performance.now();
    const endless = client.ask('pour', 'tls', network.address('ftp'), Buffer.concat(requests).toString('base64'), 5_000_000);
    const { slowest_ms } = await during(Promise.race([endless, sleep(3_000)]));
    const elapsed_s = (performance.now() - flooded_ms) / 1_000;
    expect((await calls()).length - before).toBeLessThan(FRAME_RATE.burst + FRAME_RATE.a_second * elapsed_s + 200);
    expect(slowest_ms).toBeLessThan(500);
    expect((await refused())['frames too fast']).toBeGreaterThan(0);
    await client.kill();
    await endless.catch(() => undefined);
  });

  test('closes connections that say nothing, before and in the handshake', async () => {
    const before = (await refused())['handshake too slow'] ?? 0;
    const client = await attacker(keysOf('mail'), 'intruder');
    const helloBegun = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]).toString('base64');
    const [empty, begun] = await Promise.all([
      client.ask('silent', 'plain', network.address('ftp'), 4, '', 5_000),
      client.ask('silent', 'plain', network.address('ftp'), 4, helloBegun, 5_000),
    ]);
    expect([empty, begun]).toEqual([4, 4]);
    expect((await refused())['handshake too slow']).toBe(before + 8);
  });

  test('cuts off a handshake and a frame that come byte by byte', async () => {
    const slow = await attacker(keysOf('mail'), 'stranger');
    const hello = Buffer.concat([Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]), Buffer.alloc(507)]).toString('base64');
    const frame = encodeFrame({ kind: 'request', id: 1, request: { kind: 'load' }, more: 'x'.repeat(1_000) }).toString('base64');
    const [handshake, message] = await Promise.all([
      slow.ask('dribble', 'plain', network.address('ftp'), hello, 5_000),
      slow.ask('dribble', 'tls', network.address('ftp'), frame, 13_000),
    ]);
    expect([handshake, message]).toEqual(['closed', 'closed']);
    expect((await refused())['frame too slow']).toBe(1);
  });

  test('cuts off a member that asks and does not read the answers', async () => {
    const deaf = await attacker(keysOf('mail'), 'intruder');
    const before_mb = await rss_mb();
    const requests = Array.from({ length: 200 }, (_, id) => encodeFrame({ kind: 'request', id, request: { kind: 'hello', boot_id: 'b' } }));
    await deaf.ask('deaf', network.address('ftp'), Buffer.concat(requests).toString('base64'));
    const end_ms = performance.now() + 10_000;
    while ((await refused())['answers not taken'] === undefined && performance.now() < end_ms) await sleep(50);
    expect((await refused())['answers not taken']).toBe(1);
    expect((await rss_mb()) - before_mb).toBeLessThan(GROWTH_MB);
  });

  test('reports each kind of trouble at most once a minute, however often it came', () => {
    const allowed = 1 + Math.ceil((performance.now() - started_ms) / 60_000);
    const reports = nodes['ftp']?.complaints ?? [];
    for (const kind of ['handshake refused', 'malformed message', 'oversized message']) {
      const times = reports.filter((line) => line.startsWith(`SEM: ${kind}:`)).length;
      expect(times).toBeGreaterThan(0);
      expect(times).toBeLessThanOrEqual(allowed);
    }
  });
});
