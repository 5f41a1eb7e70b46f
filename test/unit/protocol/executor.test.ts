import { statusOf } from '@dbss/agent/protocol/status-of.ts';
import { formatCopy } from '@dbss/agent/protocol/sem/local-copy.ts';
import { initialState, step } from '@dbss/agent/protocol/step.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';
import { filesOf, ringOf } from '../../support/ring-of.ts';

const RING = ['a', 'b', 'c'];
const VIP_OF_B = '198.18.0.102';

function restarted(facts: Parameters<Node['started']>[0], files = filesOf(RING), flag = true): Node {
  const node = new Node(RING, 'b');
  node.started(facts);
  node.tell({ kind: 'memory-disk', files, flag });
  return node;
}

const SEPARATED = { ...filesOf(RING), group: '1 a a.dat\n3 c c.dat\n', operation: 'a c c.dat\nc a a.dat\n', separation: '2 b b.dat\n' };

describe('an agent that starts', () => {
  test('on a machine that has just booted takes no address and says hello to all others', () => {
    const node = new Node(RING, 'b');
    node.started();
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    node.timer('hello');
    expect(node.all('add-address')).toEqual([]);
    expect(node.all('call').map(({ to, message }) => [to, message])).toEqual([
      ['a', { kind: 'hello', boot_id: 'boot' }],
      ['c', { kind: 'hello', boot_id: 'boot' }],
    ]);
  });

  test('with files and flag of an earlier agent goes on, and claims no address by them', () => {
    const node = restarted({ held_addresses: [] });
    expect(node.state.executor.phase).toBe('running');
    expect(node.all('add-address')).toEqual([]);
  });

  test('that gets another address by new management files gives the old one up', () => {
    const node = restarted({ held_addresses: [VIP_OF_B] }, undefined, false);
    const files = filesOf(RING);
    const data = { ...files.data, 'b.dat': (files.data['b.dat'] ?? '').replace(VIP_OF_B, '198.18.0.150') };
    node.tell({ kind: 'memory-disk', files: { ...files, data }, flag: false });
    expect(node.all('remove-address').map(({ address }) => address)).toEqual([VIP_OF_B]);
    expect(node.all('add-address').map(({ address }) => address)).toEqual(['198.18.0.150']);
    node.result(node.last('remove-address').request, DONE);
    node.result(node.last('add-address').request, DONE);
    expect(statusOf(node.state).holds).toEqual([{ vip: '198.18.0.150', by: 'b' }]);
  });

  test('knows the address that it finds', () => {
    const node = restarted({ held_addresses: [VIP_OF_B] });
    expect(statusOf(node.state).holds).toEqual([{ vip: VIP_OF_B, by: 'b' }]);
    node.call('a', { kind: 'release-own-address' });
    expect(node.last('remove-address').address).toBe(VIP_OF_B);
  });

  test('and finds a running standby that the problem file knows leaves it alone', () => {
    const files = { ...filesOf(RING), group: '1 a a.dat\n2 b b.dat\n', separation: '3 c c.dat\n', problem: 'cb c b\n' };
    for (const standby of ['running', 'absent'] as const) {
      const node = restarted({ standby }, files);
      expect(node.all('reset-standby')).toEqual([]);
      expect(statusOf(node.state).standby).toEqual({ state: 'serving', target: 'c' });
      expect(statusOf(node.state).holds).toContainEqual({ vip: '198.18.0.103', by: 'cb@b' });
    }
  });

  test.each(['running', 'absent'] as const)('and finds a standby that is %s and serves nobody resets it', (standby) => {
    expect(restarted({ standby }).all('reset-standby')).toHaveLength(1);
  });

  test('knows the versions of its files again, so that no edit from before comes back', () => {
    const node = new Node(RING, 'b');
    node.started();
    const files = { ...filesOf(RING), group: '1 a a.dat\n2 b b.dat\n', separation: '3 c c.dat\n' };
    node.tell({ kind: 'memory-disk', files, flag: true, versions: '7 a c separation 3 c c.dat\n' });
    const before = node.state.files;
    node.call('a', { kind: 'edit', edit: { editor: 'a', epoch: 6, diff: 'group,Add,3 c c.dat\n' } });
    expect(node.state.files).toBe(before);
    expect(node.state.sem.epoch).toBe(7);
  });
});

describe('the memory disk', () => {
  test('files that other hands change under a running program are written back', () => {
    const node = Node.running(RING, 'b');
    node.tell({ kind: 'memory-disk', files: { ...filesOf(RING), group: '2 b b.dat\n' }, flag: true });
    expect(node.all('write-file')).toEqual([{ kind: 'write-file', name: 'group', content: filesOf(RING).group }]);
    expect(node.state.files).toEqual(filesOf(RING));
  });

  test('a look that changes nothing does not disturb a recovery', () => {
    const node = Node.running(RING, 'a');
    const before = node.state;
    node.tell({ kind: 'memory-disk', files: filesOf(RING), flag: true });
    expect(node.state.dbss).toBe(before.dbss);
    expect(node.effects).toEqual([]);
  });

  test('files that are gone end the program; the address stays', () => {
    const node = Node.running(RING, 'b');
    node.tell({ kind: 'memory-disk', files: undefined, flag: true });
    expect(node.state.executor.phase).toBe('waiting-for-files');
    expect(node.all('remove-address')).toEqual([]);
    expect(statusOf(node.state).holds).toEqual([{ vip: VIP_OF_B, by: 'b' }]);
  });
});

describe('a server that its manager returns', () => {
  function returning(): Node {
    const node = new Node(RING, 'b');
    node.started();
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    return node;
  }

  test('takes address, files and flag', () => {
    const node = returning();
    node.call('a', { kind: 'take-own-address', vip: VIP_OF_B });
    expect(node.last('add-address')).toMatchObject({ address: VIP_OF_B, prefix_length: 24 });
    node.settle('add-address', DONE);
    expect(node.last('answer').answer).toEqual({ kind: 'done' });
    expect(node.call('a', { kind: 'install-files', files: filesOf(RING), versions: '' })).toEqual({ kind: 'done' });
    expect(node.call('a', { kind: 'install-flag' })).toEqual({ kind: 'done' });
    expect(node.all('write-flag')).toHaveLength(1);
    expect(statusOf(node.state)).toMatchObject({ executor: 'running', holds: [{ vip: VIP_OF_B, by: 'b' }] });
  });

  test('says why it cannot take the address', () => {
    const node = returning();
    node.call('a', { kind: 'take-own-address', vip: VIP_OF_B });
    node.settle('add-address', FAILED);
    expect(node.last('answer').answer).toEqual({ kind: 'refused', reason: 'no answer' });
  });

  test('gives its address up before it restarts', () => {
    const node = Node.running(RING, 'b');
    node.call('a', { kind: 'restart' });
    expect(node.effects.map(({ kind }) => kind).filter((kind) => kind !== 'log')).toEqual(['remove-address', 'restart-machine']);
  });

  test('gives the address up again also before it has files', () => {
    const node = returning();
    node.call('a', { kind: 'take-own-address', vip: VIP_OF_B });
    node.settle('add-address', DONE);
    node.call('a', { kind: 'release-own-address' });
    expect(node.last('remove-address').address).toBe(VIP_OF_B);
  });

  test('goes on saying hello until the flag is there', () => {
    const node = returning();
    node.call('a', { kind: 'install-files', files: filesOf(RING), versions: '' });
    node.effects = [];
    node.timer('hello');
    expect(node.all('call')).toHaveLength(2);
    node.call('a', { kind: 'install-flag' });
    node.effects = [];
    node.timer('hello');
    expect(node.all('call')).toEqual([]);
  });

  test('goes on saying hello when its agent ends before the flag is there', () => {
    for (const [copy, hellos] of [
      [formatCopy(filesOf(RING), {}), 2],
      ['', 0],
      [undefined, 0],
    ] as const) {
      const node = restarted({ copy }, filesOf(RING), false);
      node.timer('hello');
      expect(node.all('call')).toHaveLength(hellos);
    }
  });

  test('whose flag an operator deleted says no hello', () => {
    const node = Node.running(RING, 'b');
    node.tell({ kind: 'memory-disk', files: filesOf(RING), flag: false });
    node.effects = [];
    node.timer('hello');
    expect(node.all('call')).toEqual([]);
  });

  test.each([
    ['the flag without files', { kind: 'install-flag' } as const, 'no management files here'],
    ['files of a group without it', { kind: 'install-files', files: SEPARATED, versions: '' } as const, 'b is not in the sent group file'],
  ])('refuses %s', (_, request, reason) => {
    expect(returning().call('a', request)).toEqual({ kind: 'refused', reason });
  });

  test('that runs the management program refuses whole files', () => {
    const node = Node.running(RING, 'b');
    expect(node.call('a', { kind: 'install-files', files: filesOf(RING), versions: '' })).toEqual({
      kind: 'refused',
      reason: 'the management program runs here',
    });
  });
});

describe('a server that others call separated', () => {
  function denied(node: Node, by: readonly string[], intervals: number): void {
    for (let interval = 0; interval < intervals; interval += 1) {
      node.pass(6000);
      node.timer('internal');
      node.settle('ping', DONE);
      node.settle('check-service', DONE);
      for (const server of ['a', 'c']) {
        node.answered(node.takeCall(server, 'heartbeat').request, by.includes(server) ? { kind: 'separated' } : { kind: 'done' });
      }
      node.pass(4000);
      node.timer('interval');
      node.effects = node.effects.filter((effect) => effect.kind !== 'ping' && effect.kind !== 'check-service');
    }
  }

  test('gives its address up, ends the program and waits for files', () => {
    const node = Node.running(RING, 'b');
    denied(node, ['a', 'c'], 2);
    expect(node.state.executor.phase).toBe('waiting-for-files');
    expect(node.last('remove-address').address).toBe(VIP_OF_B);
    expect(node.logs()).toContain('Separated from the group, say a, c: waiting for new management files');
  });

  test('does not believe a minority, nor a single interval', () => {
    const minority = Node.running(RING, 'b');
    denied(minority, ['c'], 5);
    expect(minority.state.executor.phase).toBe('running');
    const once = Node.running(RING, 'b');
    denied(once, ['a', 'c'], 1);
    denied(once, [], 1);
    denied(once, ['a', 'c'], 1);
    expect(once.state.executor.phase).toBe('running');
  });
});

describe('a server that separated the others while it was cut off', () => {
  const ALONE = { ...filesOf(RING), group: '2 b b.dat\n', operation: '', separation: '1 a a.dat\n3 c c.dat\n' };

  function counted(node: Node, by: readonly string[], intervals: number, separated = false): void {
    for (let interval = 0; interval < intervals; interval += 1) {
      node.pass(6000);
      for (const from of by) {
        const edit = { editor: from, epoch: node.unix_ms, diff: `heartbeat,Add,${from} ${String(Math.floor(node.unix_ms / 1000))}\n` };
        expect(node.call(from, { kind: 'heartbeat', edit, digest: '', separated })).toEqual({ kind: 'separated' });
      }
      node.pass(4000);
      node.timer('interval');
    }
  }

  test('gives in when more of them live and count it in than its own group has', () => {
    const node = Node.running(RING, 'b', ALONE);
    counted(node, ['a', 'c'], 2);
    expect(node.state.executor.phase).toBe('waiting-for-files');
    expect(node.last('remove-address').address).toBe(VIP_OF_B);
    expect(node.logs()).toContain('Separated from the group, say a, c: waiting for new management files');
  });

  test('gives in to as many, where the first server of the ring is among them', () => {
    const node = Node.running(RING, 'b', ALONE);
    counted(node, ['a'], 2, true);
    expect(node.state.executor.phase).toBe('waiting-for-files');
  });

  test('goes on against as many that count it in: they hear that they were separated', () => {
    const node = Node.running(RING, 'b', ALONE);
    counted(node, ['a'], 5);
    expect(node.state.executor.phase).toBe('running');
  });

  test('goes on against as many others, and when they fall silent', () => {
    const node = Node.running(RING, 'b', ALONE);
    counted(node, ['c'], 5, true);
    counted(node, ['a', 'c'], 1);
    counted(node, [], 3);
    expect(node.state.executor.phase).toBe('running');
  });
});

describe('step', () => {
  test('changes nothing of what it is given, and gives the same for the same', () => {
    const state = initialState(ringOf(RING, 'a'));
    const copy = structuredClone(state);
    const event = { kind: 'memory-disk', files: filesOf(RING), flag: true, now: { mono_ms: 1, unix_ms: 2 } } as const;
    const first = step(state, event);
    expect(state).toEqual(copy);
    expect(step(state, event)).toEqual(first);
    expect(JSON.parse(JSON.stringify(first.effects))).toEqual(first.effects);
  });

  test('does not know a timer that nobody set', () => {
    expect(() => step(initialState(ringOf(RING, 'a')), { kind: 'timer', timer: 'tea', now: { mono_ms: 1, unix_ms: 2 } })).toThrow(
      'no such timer: tea',
    );
  });

  test('an interval timer that comes early by the wall clock waits for the rest', () => {
    const node = Node.running(RING, 'a');
    node.unix_ms += 9_900;
    node.timer('interval');
    expect(node.all('ping')).toEqual([]);
    expect(node.last('set-timer')).toEqual({ kind: 'set-timer', timer: 'interval', after_ms: 100 });
  });
});
