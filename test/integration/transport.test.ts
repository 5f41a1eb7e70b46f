import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame } from '../../agent/src/effects/transport/frames.ts';
import type { Request } from '../../agent/src/protocol/sem/messages.ts';
import { createAuthority } from './support/certificates.ts';
import { startDriver, type Driver } from './support/driver.ts';
import { createNetwork, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

interface Called {
  readonly answer?: { readonly kind: string };
  readonly reason?: string;
  readonly elapsed_ms: number;
}

const NAMES = ['mail', 'ftp', 'web1'];
const LOAD = { kind: 'load' } as const;

describeAsRoot('SEM between servers', () => {
  let directory: string;
  let network: Network;
  let authority: ReturnType<typeof createAuthority>;
  const nodes: Record<string, Driver> = {};

  const start = async (name: string): Promise<Driver> => {
    const members = NAMES.map((member) => ({ name: member, address: network.address(member) }));
    const [self] = members.filter((member) => member.name === name);
    const options = JSON.stringify({ self, peers: members.filter((member) => member.name !== name) });
    return (nodes[name] = await startDriver(network.namespace(name), 'transport-node', options, join(directory, 'cluster', name)));
  };
  const call = async (from: string, to: string, timeout_ms = 1_000, request: Request = LOAD): Promise<Called> =>
    (await nodes[from]?.ask('call', to, request, timeout_ms)) as Called;
  const refused = async (name: string): Promise<Record<string, number>> => (await nodes[name]?.ask('refused')) as Record<string, number>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dbss-transport-'));
    network = createNetwork([...NAMES, 'stranger']);
    authority = createAuthority(directory, 'cluster');
    for (const name of NAMES) authority.issue(name);
    for (const name of NAMES) await start(name);
  });
  afterAll(async () => {
    await Promise.all(Object.values(nodes).map((node) => node.kill()));
    network.remove();
    rmSync(directory, { recursive: true });
  });

  test('every server reaches every other one, and is known by its name', async () => {
    for (const from of NAMES) {
      for (const to of NAMES) if (from !== to) expect(await call(from, to)).toMatchObject({ answer: { kind: 'done' } });
    }
    expect(await nodes['web1']?.ask('calls')).toEqual([
      { from: 'mail', kind: 'load' },
      { from: 'ftp', kind: 'load' },
    ]);
  });

  test('a call on the standing connection takes milliseconds', async () => {
    const { elapsed_ms } = await call('mail', 'ftp');
    expect(elapsed_ms).toBeLessThan(100);
  });

  test('nobody calls a server that is not in the ring', async () => {
    expect((await call('mail', 'proxy')).reason).toBe('proxy is not a server of the ring');
  });

  test('a message that is too large fails and leaves the connection as it is', async () => {
    const files = { group: '', operation: '', separation: '', heartbeat: '', problem: '', data: { 'a.dat': 'x'.repeat(1_100_000) } };
    expect((await call('mail', 'ftp', 1_000, { kind: 'install-files', files, versions: '' })).reason).toContain('larger than');
    expect((await call('mail', 'ftp')).answer).toBeDefined();
  });

  test('a server without power makes calls fail at their deadline, holds up no other, and is reached at once when it is back', async () => {
    network.link('ftp', 'down');
    const toFtp = [call('mail', 'ftp', 700), call('mail', 'ftp', 1_500), call('mail', 'ftp', 300)];
    const others = await Promise.all([1, 2, 3].map(() => call('mail', 'web1', 300)));
    for (const { answer } of others) expect(answer).toBeDefined();
    for (const [index, timeout_ms] of [700, 1_500, 300].entries()) {
      const { reason, elapsed_ms } = (await toFtp[index]) as Called;
      expect(reason).toContain(`ftp: no answer to load within`);
      expect(elapsed_ms).toBeGreaterThanOrEqual(timeout_ms - 20);
      expect(elapsed_ms).toBeLessThan(timeout_ms + 200);
    }
    await nodes['ftp']?.kill();
    await start('ftp');
    network.link('ftp', 'up');
    const { answer, elapsed_ms } = await call('mail', 'ftp', 5_000);
    expect(answer).toBeDefined();
    expect(elapsed_ms).toBeLessThan(1_500);
  });

  test('a short call that is not answered does not end a long one that is', async () => {
    const long = call('mail', 'web1', 8_000, { kind: 'create-virtual-server', target: 'ftp' });
    await call('mail', 'web1', 1_000);
    nodes['web1']?.signal('SIGSTOP');
    expect((await call('mail', 'web1', 300)).reason).toContain('no answer');
    nodes['web1']?.signal('SIGCONT');
    expect((await call('mail', 'web1', 2_000)).answer).toBeDefined();
    expect((await long).answer).toBeDefined();
  });

  test('a server whose agent does not run refuses at once, and is reached when it runs', async () => {
    await nodes['web1']?.kill();
    const { reason, elapsed_ms } = await call('mail', 'web1', 2_000);
    expect(reason).toMatch(/^web1: (?!no answer)/);
    expect(elapsed_ms).toBeLessThan(500);
    await start('web1');
    expect((await call('mail', 'web1', 2_000)).answer).toBeDefined();
  });

  describe('a stranger', () => {
    const ask = async (keys: string, command: string, bytes: Buffer): Promise<unknown> => {
      const client = await startDriver(network.namespace('stranger'), 'raw-client', keys);
      try {
        return await client.ask(command, network.address('ftp'), bytes.toString('base64'));
      } finally {
        await client.kill();
      }
    };
    const request = encodeFrame({ kind: 'request', id: 1, request: LOAD });
    const callsOfFtp = async (): Promise<number> => ((await nodes['ftp']?.ask('calls')) as unknown[]).length;
    let before = 0;

    beforeEach(async () => {
      before = await callsOfFtp();
    });
    afterEach(async () => {
      expect(await callsOfFtp()).toBe(before);
      expect((await call('mail', 'ftp', 2_000)).answer).toBeDefined();
    });

    test('that speaks no TLS is refused', async () => {
      expect(await ask(join(directory, 'cluster', 'mail'), 'plain', Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe('closed');
      expect((await refused('ftp'))['handshake refused']).toBeGreaterThan(0);
    });

    test('with a certificate of another authority is refused', async () => {
      const foreign = createAuthority(directory, 'foreign').issue('mail');
      const refusedBefore = (await refused('ftp'))['handshake refused'] ?? 0;
      expect(await ask(foreign, 'tls', request)).toBe('closed');
      expect((await refused('ftp'))['handshake refused']).toBe(refusedBefore + 1);
    });

    test("with the cluster's certificate but no name of the ring is refused", async () => {
      expect(await ask(authority.issue('printer'), 'tls', request)).toBe('closed');
      expect((await refused('ftp'))['stranger refused']).toBe(1);
    });

    test.each([
      ['no frame', 'oversized message', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
      ['no JSON', 'malformed message', Buffer.concat([Buffer.from([0, 0, 0, 3]), Buffer.from('abc')])],
      ['no message', 'malformed message', encodeFrame({ kind: 'request', id: 1, request: { kind: 'rm -rf' } })],
      ['deep nesting', 'malformed message', Buffer.concat([Buffer.from([0, 0, 0x40, 0]), Buffer.from('['.repeat(0x4000))])],
    ])('with a key of a member but %s is cut off', async (_case, kind, bytes) => {
      const refusedBefore = (await refused('ftp'))[kind] ?? 0;
      expect(await ask(join(directory, 'cluster', 'mail'), 'tls', bytes)).toBe('closed');
      expect((await refused('ftp'))[kind]).toBe(refusedBefore + 1);
    });

    test('with a key of a member and a request of a later version is answered, and stays connected', async () => {
      const frame = encodeFrame({ kind: 'request', id: 1, request: { kind: 'sing-a-song', verse: 2 } });
      expect(await ask(join(directory, 'cluster', 'mail'), 'tls', frame)).toBe('open');
      expect((await refused('ftp'))['unknown request']).toBe(1);
    });

    test('with two hundred connections, again and again, keeps no server out', async () => {
      const client = await startDriver(network.namespace('stranger'), 'raw-client', join(directory, 'cluster', 'mail'));
      for (let round = 0; round < 3; round += 1) await client.ask('flood', network.address('ftp'), 200);
      await nodes['web1']?.kill();
      await start('web1');
      const { answer } = await call('web1', 'ftp', 2_000);
      await client.kill();
      expect(answer).toBeDefined();
      expect((await refused('ftp'))['connection over the limit']).toBeGreaterThan(100);
      before += 1;
    });

    test('that went away makes room for others from its address', async () => {
      const malformed = (await refused('ftp'))['malformed message'] ?? 0;
      const client = await startDriver(network.namespace('stranger'), 'raw-client', join(directory, 'cluster', 'mail'));
      for (let round = 0; round < 20; round += 1) {
        expect(await client.ask('tls', network.address('ftp'), Buffer.alloc(4).toString('base64'))).toBe('closed');
      }
      await client.kill();
      expect((await refused('ftp'))['malformed message']).toBe(malformed + 20);
    });
  });

  test('a server that answers in place of another is not believed', async () => {
    await nodes['web1']?.kill();
    const members = { self: { name: 'web1', address: network.address('web1') }, peers: [] };
    const impostor = await startDriver(
      network.namespace('web1'),
      'transport-node',
      JSON.stringify(members),
      join(directory, 'cluster', 'ftp'),
    );
    expect((await call('mail', 'web1', 1_000)).reason).toContain('is ftp, not web1');
    await impostor.kill();
  });
});
