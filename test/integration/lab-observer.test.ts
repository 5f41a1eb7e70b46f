import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation, ObserverSummary, ObserverTask } from '../../cli/src/lab/observer/observation.ts';
import { killed } from './support/driver.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const PROGRAM = resolve('cli/src/lab/observer/lab-observer-main.ts');
const ADDRESS = '198.18.64.100';
const PORT = 2121;

describeAsRoot('the observer of a lab', () => {
  let network: Network;
  const listeners: ChildProcess[] = [];

  const inside = (node: string, ...words: string[]): string => run('ip', 'netns', 'exec', network.namespace(node), ...words);
  const hold = (node: string): string => run('ip', '-n', network.namespace(node), 'addr', 'add', `${ADDRESS}/32`, 'dev', 'eth0');
  const release = (node: string): string => run('ip', '-n', network.namespace(node), 'addr', 'del', `${ADDRESS}/32`, 'dev', 'eth0');

  beforeAll(async () => {
    network = createNetwork(['watcher', 'one', 'two']);
    for (const node of ['one', 'two']) {
      const listener = spawn(
        'ip',
        [
          'netns',
          'exec',
          network.namespace(node),
          process.execPath,
          '-e',
          `require('net').createServer().listen(${String(PORT)}, '0.0.0.0', () => console.log(1))`,
        ],
        { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_OPTIONS: '' } },
      );
      listeners.push(listener);
      await new Promise((ready) => listener.stdout.once('data', ready));
    }
  });

  afterAll(async () => {
    await Promise.all(listeners.map(killed));
    network.remove();
  });

  /** Watches while something is done, and tells what was seen. */
  const watch = async (act: () => Promise<void>, changes: Partial<ObserverTask> = {}): Promise<readonly Observation[]> => {
    const task: ObserverTask = {
      interfaces: ['eth0'],
      source: network.address('watcher'),
      targets: [{ server: 'ftp', address: ADDRESS, port: PORT }],
      machines: { [network.mac('one')]: 'one', [network.mac('two')]: 'two' },
      every_ms: 10,
      duration_ms: 30_000,
      ...changes,
    };
    const child = spawn('ip', ['netns', 'exec', network.namespace('watcher'), process.execPath, PROGRAM], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const seen: Observation[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => seen.push(JSON.parse(line) as Observation));
    const watching = new Promise((begun) => child.stdout.once('data', begun));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    child.stdin.write(`${JSON.stringify(task)}\n`);
    await watching;
    await act();
    child.stdin.end();
    expect(await ended).toBe(0);
    return seen;
  };
  const summaryOf = (seen: readonly Observation[]): ObserverSummary => {
    const summary = seen.at(-1);
    if (summary?.kind !== 'summary') throw new Error(`the last line is ${JSON.stringify(summary)}`);
    return summary;
  };
  const answerers = (seen: readonly Observation[], what: 'arp' | 'tcp'): readonly string[] => [
    ...new Set(seen.flatMap((each) => (each.kind === 'answered' && each.what === what ? [each.by] : []))),
  ];

  test('an address that changes hands is told by its holders, one after the other, and never as a double answer', async () => {
    const seen = await watch(async () => {
      hold('one');
      await sleep(500);
      release('one');
      await sleep(300);
      hold('two');
      await sleep(500);
      release('two');
    });
    expect(answerers(seen, 'arp')).toEqual(['one', 'two']);
    expect(answerers(seen, 'tcp')).toEqual(['one', 'two']);
    const summary = summaryOf(seen);
    expect(summary.addresses).toMatchObject([{ server: 'ftp', doubles: 0 }]);
    expect(summary.addresses[0]!.unreachable_ms).toBeGreaterThan(280);
    expect(summary.framesLost).toBe(0);
  });

  test('two machines that have one address are seen, whichever of them a client would have reached', async () => {
    const seen = await watch(async () => {
      hold('one');
      await sleep(300);
      hold('two');
      await sleep(400);
      release('one');
      await sleep(300);
      release('two');
    });
    const doubles = seen.flatMap((each) => (each.kind === 'double' ? [each] : []));
    expect(doubles.length).toBeGreaterThan(20);
    expect(doubles.length).toBeLessThanOrEqual(60);
    expect(doubles.every(({ by }) => [...by].sort().join() === 'one,two')).toBe(true);
    expect(summaryOf(seen).addresses[0]!.doubles).toBe(doubles.length);
    expect(answerers(seen, 'tcp')).toEqual(['one', 'two']);
  });

  test('a machine without the address, and an address without a listener, are not taken for more than they are', async () => {
    const seen = await watch(
      async () => {
        hold('one');
        await sleep(300);
        release('one');
      },
      { targets: [{ server: 'ftp', address: ADDRESS, port: PORT + 1 }] },
    );
    expect(answerers(seen, 'arp')).toEqual(['one']);
    expect(answerers(seen, 'tcp')).toEqual([]);
  });

  test('it leaves nothing behind: no neighbour learns an address from it, no connection is half open', async () => {
    await watch(async () => {
      // Each round opens a connection: one may be half open at the moment of a look, the same one never at two.
      const halfOpen = (): string[] => inside('one', 'ss', '-Htn', 'state', 'syn-recv').split('\n').filter(Boolean);
      hold('one');
      await sleep(300);
      const found = halfOpen();
      await sleep(300);
      expect(halfOpen().filter((line) => found.includes(line))).toEqual([]);
      release('one');
    });
    expect(inside('one', 'ip', 'neigh', 'show')).not.toContain('02:db:57:0b');
  });

  test('it ends by itself when its time is over', async () => {
    const started_ms = performance.now();
    const seen = await watch(() => sleep(2500), { duration_ms: 300 });
    expect(performance.now() - started_ms).toBeLessThan(5000);
    expect(summaryOf(seen).rounds).toBeLessThanOrEqual(30);
  });
});
