import { formatCopy, parseCopy } from '@dbss/agent/protocol/sem/local-copy.ts';
import { recordsWithVersions } from '@dbss/agent/protocol/sem/versions-file.ts';
import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';
import { filesOf } from '../../support/ring-of.ts';

const RING = ['a', 'b', 'c', 'd'];
const VERSIONS = '7 a d separation 4 d d.dat\n';
const THREE = { ...filesOf(RING), group: '1 a a.dat\n2 b b.dat\n3 c c.dat\n', separation: '4 d d.dat\n' };
const COPY = formatCopy(THREE, recordsWithVersions(THREE, VERSIONS));

/** `b` after a power cut, with a copy of epoch 7 in which `d` is separated. */
function rebooted(copy: string | undefined = COPY): Node {
  const node = new Node(RING, 'b');
  node.started({ copy });
  node.tell({ kind: 'memory-disk', files: undefined, flag: false });
  node.timer('hello');
  return node;
}

function hello(node: Node, from: string, epoch?: number): Answer | undefined {
  return node.call(from, { kind: 'hello', boot_id: from, epoch });
}

const restarts = (node: Node): string[] => node.all('call').flatMap(({ to, message }) => (message.kind === 'restart-ring' ? [to] : []));

describe('a server that boots with a copy of the management files', () => {
  test('says which one it has, and starts nothing alone', () => {
    const node = rebooted();
    expect(node.all('call').map(({ to, message }) => [to, message])).toEqual(
      ['a', 'c', 'd'].map((to) => [to, { kind: 'hello', boot_id: 'boot', epoch: 7 }]),
    );
    node.pass(1_000_000);
    node.timer('hello');
    expect(restarts(node)).toEqual([]);
    expect(node.all('ping')).toEqual([]);
    expect(node.logs().at(-1)).toMatch(/epoch 7 is on disk. Of its group \(a b c\) b are up: waiting for more than half of it/);
  });

  test('starts the ring when all are up', () => {
    const node = rebooted();
    for (const [server, epoch] of [
      ['a', 5],
      ['c', 7],
      ['d', 3],
    ] as const)
      hello(node, server, epoch);
    expect(restarts(node)).toEqual(['a', 'c']);
    expect(node.last('ping').address).toBe('198.18.0.102');
  });

  test('waits for the rest of a majority as long as for a server that restarts', () => {
    const node = rebooted();
    hello(node, 'c', 7);
    for (let waited_ms = 0; waited_ms < 50_000; waited_ms += 10_000) {
      expect(restarts(node)).toEqual([]);
      node.pass(10_000);
      hello(node, 'c', 7);
    }
    expect(restarts(node)).toEqual(['c']);
  });

  test.each([
    ['has a newer copy', 8],
    ['has as new a copy and comes before it', 7],
  ])('leaves it to a server that %s', (_, epoch) => {
    const node = rebooted();
    for (const server of ['c', 'd']) hello(node, server, 3);
    hello(node, 'a', epoch);
    expect(restarts(node)).toEqual([]);
  });

  test('does not count servers that have no copy', () => {
    const node = rebooted();
    for (const server of ['a', 'c', 'd']) hello(node, server);
    expect(restarts(node)).toEqual([]);
  });

  test('starts nothing while another server has files, whether it runs them or was stopped by hand', () => {
    const node = rebooted();
    node.answered(node.takeCall('d', 'hello').request, { kind: 'heard', has_files: true });
    for (const server of ['a', 'c']) hello(node, server, 3);
    node.pass(15_000);
    for (const server of ['a', 'c']) hello(node, server, 3);
    expect(restarts(node)).toEqual([]);
  });

  test.each([undefined, '', 'rubbish', '{}', '{"files":{"group":1},"versions":""}', COPY.slice(0, 100)])(
    'and whose copy is %j waits for files as ever',
    (copy) => {
      expect(parseCopy(copy)).toBeUndefined();
      const node = new Node(RING, 'b');
      node.started({ copy });
      node.tell({ kind: 'memory-disk', files: undefined, flag: false });
      for (const server of ['a', 'c', 'd']) hello(node, server, 3);
      expect(restarts(node)).toEqual([]);
    },
  );
});

describe('a ring that starts from copies', () => {
  function starting(): Node {
    const node = rebooted();
    for (const server of ['a', 'c', 'd']) hello(node, server, 3);
    return node;
  }

  test('gives the flag to those that have their address, when all have answered', () => {
    const node = starting();
    node.settle('ping', FAILED);
    node.settle('add-address', DONE);
    node.answered(node.takeCall('a', 'restart-ring').request, { kind: 'done' });
    expect(node.state.executor.phase).toBe('waiting-for-flag');
    node.result(node.takeCall('c', 'restart-ring').request, FAILED);
    expect(node.state.executor.phase).toBe('running');
    expect(node.all('call').flatMap(({ to, message }) => (message.kind === 'install-flag' ? [to] : []))).toEqual(['a']);
    expect(node.state.files).toMatchObject({ group: THREE.group, separation: THREE.separation });
    expect(node.state.sem.epoch).toBe(7);
  });

  test('does not start with a server at whose address somebody answers: a virtual server may', () => {
    const node = starting();
    node.settle('ping', DONE);
    for (const server of ['a', 'c']) node.answered(node.takeCall(server, 'restart-ring').request, { kind: 'done' });
    expect(node.all('add-address')).toEqual([]);
    expect(node.state.executor.phase).toBe('waiting-for-files');
    expect(node.logs()).toContain("Somebody answers at this server's virtual IP address 198.18.0.102: not taken");
  });
});

describe('a server that is to start with the ring', () => {
  const request = { kind: 'restart-ring', files: THREE, versions: VERSIONS } as const;

  test('answers when it has its address', () => {
    const node = rebooted();
    expect(node.call('a', request)).toBeUndefined();
    node.settle('ping', FAILED);
    expect(node.all('answer')).toEqual([]);
    node.settle('add-address', DONE);
    expect(node.last('answer').answer).toEqual({ kind: 'done' });
    expect(node.call('c', { kind: 'hello', boot_id: 'c' })).toEqual({ kind: 'heard', has_files: false });
    node.call('a', { kind: 'install-flag' });
    expect(node.state.executor.phase).toBe('running');
    expect(node.call('c', { kind: 'hello', boot_id: 'c' })).toEqual({ kind: 'heard', has_files: true });
  });

  test('and has its address already is asked again without harm', () => {
    const node = rebooted();
    node.call('a', request);
    node.settle('ping', FAILED);
    node.settle('add-address', DONE);
    node.effects = [];
    node.call('c', request);
    expect(node.all('ping')).toEqual([]);
    node.settle('add-address', DONE);
    expect(node.last('answer').answer).toEqual({ kind: 'done' });
  });

  test('and runs the management program refuses', () => {
    expect(Node.running(RING, 'b').call('a', request)).toEqual({ kind: 'refused', reason: 'this server does not wait for files' });
  });

  test('but is not in the group refuses', () => {
    const node = new Node(RING, 'd');
    node.started();
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    expect(node.call('a', request)).toEqual({ kind: 'refused', reason: 'd is not in the sent group file' });
  });
});

describe('the copy on disk', () => {
  test('is replaced when the program starts and with each edit, not with heartbeats', () => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'edit', edit: { editor: 'a', epoch: 7, diff: 'separation,Add,4 d d.dat\n' } });
    expect(parseCopy(node.last('write-copy').content)).toMatchObject({ epoch: 7, versions: VERSIONS });
    node.effects = [];
    node.call('a', { kind: 'heartbeat', edit: { editor: 'a', epoch: 9, diff: 'heartbeat,Add,a 9\n' }, digest: node.state.sem.digest });
    expect(node.all('write-copy')).toEqual([]);
  });

  test('is given up when the flag file is deleted: an operator’s stop outlives a power cut', () => {
    const node = Node.running(RING, 'c');
    node.tell({ kind: 'memory-disk', files: filesOf(RING), flag: false });
    expect(node.last('write-copy').content).toBe('');
  });

  test('stays when the files on the memory disk vanish', () => {
    const node = Node.running(RING, 'c');
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    expect(node.all('write-copy')).toEqual([]);
  });
});
