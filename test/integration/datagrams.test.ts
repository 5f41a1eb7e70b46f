import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatagramParty } from '../../agent/src/effects/datagrams/datagrams.ts';
import type { DatagramHeader } from '../../agent/src/effects/datagrams/sealed-datagram.ts';
import type { DatagramNodeOptions } from './drivers/datagram-node.ts';
import { startDriver, type Driver } from './support/driver.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const PORT = 7411;
const keyLine = (): string => `${randomBytes(32).toString('hex')}\n`;
const KEY = keyLine();
const NEXT_KEY = keyLine();

interface Received {
  readonly from: string;
  readonly text: string;
}

describeAsRoot('datagrams', () => {
  let network: Network;
  let a: Driver;
  let b: Driver;
  let intruder: Driver;
  const party = (name: string): DatagramParty => ({
    name,
    serviceAddress: network.address(name),
    semAddress: network.address(name).replace('198.18.64.', '198.18.65.'),
  });
  const start = async (name: string): Promise<Driver> => {
    const peers = ['a', 'b'].map(party);
    const options: DatagramNodeOptions = { self: party(name), peers, port: PORT, keys: KEY };
    const driver = await startDriver(network.namespace(name), 'datagram-node', JSON.stringify(options));
    while ((await driver.ask('ready')) !== true) await sleep(10);
    return driver;
  };
  const received = async (driver: Driver): Promise<readonly Received[]> => (await driver.ask('received')) as Received[];
  const counts = async (driver: Driver): Promise<Readonly<Record<string, number>>> =>
    (await driver.ask('counts')) as Record<string, number>;
  /** Send until something of it arrives, as a holder asks until it is answered. */
  const reach = async (from: Driver, to: Driver, name: string, words: string): Promise<void> => {
    for (let tries = 0; tries < 100; tries += 1) {
      await from.ask('send', name, words);
      await sleep(30);
      if ((await received(to)).length > 0) return;
    }
    throw new Error(`${name} is not reached: ${JSON.stringify([await counts(from), await counts(to)])}`);
  };
  const header = (changed: Partial<DatagramHeader> = {}): DatagramHeader => ({
    version: 1,
    kind: 'message',
    from: 'b',
    incarnation: randomBytes(16).toString('hex'),
    counter: 1,
    to: 'a',
    ...changed,
  });
  /** What `work` adds to a count of a. */
  const added = async (kind: string, work: () => Promise<unknown>): Promise<number> => {
    const before = (await counts(a))[kind] ?? 0;
    await work();
    await sleep(100);
    return ((await counts(a))[kind] ?? 0) - before;
  };
  const toA = (...args: unknown[]): Promise<unknown> => intruder.ask('authentic', network.address('a'), PORT, KEY, ...args);

  beforeAll(async () => {
    network = createNetwork(['a', 'b', 'intruder']);
    for (const name of ['a', 'b']) run('ip', '-n', network.namespace(name), 'addr', 'add', `${party(name).semAddress}/24`, 'dev', 'eth0');
    intruder = await startDriver(network.namespace('intruder'), 'datagram-intruder');
    a = await start('a');
    b = await start('b');
  });
  afterAll(async () => {
    await Promise.all([a, b, intruder].map((driver) => driver.kill()));
    network.remove();
  });

  test('arrive both ways after each side has proved itself, and once although they go by two networks', async () => {
    await reach(a, b, 'b', 'hello');
    await reach(b, a, 'a', 'hello');
    await sleep(100);
    await received(a);
    const replayed = (await counts(a))['replayed'];
    for (let number = 0; number < 50; number += 1) await b.ask('send', 'a', `number ${String(number)}`);
    await sleep(300);
    expect(await received(a)).toEqual(Array.from({ length: 50 }, (_, number) => ({ from: 'b', text: `number ${String(number)}` })));
    expect((await counts(a))['replayed']).toBe(replayed);
  });

  test('arrive by one network when the other is gone', async () => {
    run('ip', '-n', network.namespace('b'), 'addr', 'del', `${party('b').semAddress}/24`, 'dev', 'eth0');
    await b.ask('send', 'a', 'by the service network');
    await sleep(100);
    expect(await received(a)).toEqual([{ from: 'b', text: 'by the service network' }]);
    run('ip', '-n', network.namespace('b'), 'addr', 'add', `${party('b').semAddress}/24`, 'dev', 'eth0');
  });

  test('of an earlier life of the sender are not believed, also not after the receiver was started again', async () => {
    const captured = header({ counter: 5 });
    expect(await added('unproven', () => toA(captured, { text: 'old' }))).toBe(1);
    expect(await received(a)).toEqual([]);
    await a.kill();
    a = await start('a');
    expect(await added('unproven', () => toA(captured, { text: 'old' }))).toBe(1);
    await sleep(200);
    expect(await added('unproven', () => toA(captured, { text: 'old' }))).toBe(1);
    expect(await received(a)).toEqual([]);
    await reach(b, a, 'a', 'new');
  });

  test('of the present life of the sender from before the receiver was started again are not believed', async () => {
    await reach(b, a, 'a', 'so that b has proved itself');
    await a.kill();
    a = await start('a');
    await reach(b, a, 'a', 'so that b has proved itself again');
    expect((await counts(a))['unproven']).toBeGreaterThan(0);
  });

  test('with a proof that nobody has asked for prove nothing', async () => {
    const incarnation = randomBytes(16).toString('hex');
    await toA(header({ kind: 'proof', incarnation, word: randomBytes(16).toString('hex') }), undefined);
    expect(await added('unproven', () => toA(header({ incarnation, counter: 2 }), { text: 'forced' }))).toBe(1);
    expect(await received(a)).toEqual([]);
  });

  test('forged, cut, too large, misdirected, from strangers or malformed ones are counted by kind and dropped', async () => {
    const raw = (hex: string): Promise<unknown> => intruder.ask('raw', network.address('a'), PORT, hex);
    expect(await added('forged', () => intruder.ask('authentic', network.address('a'), PORT, NEXT_KEY, header(), { text: 'forged' }))).toBe(
      1,
    );
    expect(await added('forged', () => toA(header(), { text: 'cut' }, 100))).toBe(1);
    expect(await added('truncated', () => raw('00112233'))).toBe(1);
    expect(await added('truncated', () => raw(''))).toBe(1);
    expect(await added('oversized', () => raw('00'.repeat(20_000)))).toBe(1);
    expect(await added('misdirected', () => toA(header({ to: 'b' }), { text: 'for b' }))).toBe(1);
    expect(await added('stranger', () => toA(header({ from: 'c' }), { text: 'of c' }))).toBe(1);
    expect(await added('stranger', () => toA(header({ from: 'a' }), { text: 'of a itself' }))).toBe(1);
    for (const wrong of [{ counter: 0 }, { counter: 1.5 }, { from: '../b' }, { incarnation: 'x' }, { kind: 'order' }, { more: true }]) {
      expect(await added('malformed', () => toA({ ...header(), ...wrong }, { text: 'malformed' }))).toBe(1);
    }
    expect(await received(a)).toEqual([]);
    await reach(b, a, 'a', 'still there');
  });

  test('with a payload that is none are dropped, and a payload that is too large is not sent', async () => {
    await expect(b.ask('send', 'a', 'x'.repeat(13_000))).rejects.toThrow('at most');
    await expect(b.ask('send', 'c', 'hello')).rejects.toThrow('no datagrams go to c');
    expect(await added('malformed', () => b.ask('send', 'a', ''))).toBe(1);
    await b.ask('send', 'a', 'x'.repeat(12_000));
    await sleep(100);
    expect((await received(a)).map(({ text }) => text.length)).toEqual([12_000]);
  });

  test('of both keys are believed while the key is changed, and of the old one no more afterwards', async () => {
    await reach(a, b, 'b', 'so that a has proved itself');
    await a.ask('useKeys', KEY + NEXT_KEY);
    await b.ask('useKeys', NEXT_KEY + KEY);
    await b.ask('send', 'a', 'by the next key');
    await a.ask('send', 'b', 'by the first key');
    await sleep(100);
    expect([...(await received(a)), ...(await received(b))].map(({ text }) => text)).toEqual(['by the next key', 'by the first key']);
    await b.ask('useKeys', NEXT_KEY);
    expect(
      await added('forged', async () => {
        await a.ask('useKeys', NEXT_KEY);
        await toA(header(), { text: 'by the old key' });
      }),
    ).toBe(1);
    for (const driver of [a, b]) await driver.ask('useKeys', KEY);
  });

  test('of garbage, 100 MB of it, cost bounded memory and are survived', async () => {
    const before_kb = (await a.ask('memory_kb')) as number;
    await intruder.ask('garbage', network.address('a'), PORT, 50_000_000, 1_400);
    await intruder.ask('garbage', network.address('a'), PORT, 50_000_000, 60_000);
    const after_kb = (await a.ask('memory_kb')) as number;
    expect(after_kb - before_kb).toBeLessThan(64_000);
    const { forged = 0, oversized = 0, 'too many': tooMany = 0 } = await counts(a);
    expect(forged + oversized + tooMany).toBeGreaterThan(1_000);
    await reach(b, a, 'a', 'still there');
    expect(((await a.ask('problems')) as string[]).length).toBeLessThan(20);
  });
});
