import type { Answer, Edit } from '@dbss/agent/protocol/sem/messages.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';
import { filesOf } from '../../support/ring-of.ts';

const RING = ['a', 'b', 'c', 'd'];
const SEPARATE_B = 'group,Del,2 b b.dat\nseparation,Add,2 b b.dat\n';
const RETURN_B = 'separation,Del,2 b b.dat\ngroup,Add,2 b b.dat\n';

function edit(diff: string, epoch: number, editor = 'a'): Edit {
  return { editor, epoch, diff };
}

function take(node: Node, from: string, taken: Edit): Answer | undefined {
  return node.call(from, { kind: 'edit', edit: taken });
}

describe('an edit of another server', () => {
  test('is in force, in the state and on the memory disk, when it is answered', () => {
    const node = Node.running(RING, 'c');
    expect(take(node, 'a', edit(SEPARATE_B, 1))).toEqual({ kind: 'done' });
    expect(node.state.files?.separation).toBe('2 b b.dat\n');
    expect(node.all('write-file').map(({ name }) => name)).toEqual(['group', 'operation', 'separation', 'versions']);
  });

  test('that is older than what is known changes nothing, whoever sent it', () => {
    const node = Node.running(RING, 'c');
    take(node, 'd', edit('problem,Add,bb b d\n', 9, 'd'));
    take(node, 'a', edit(SEPARATE_B, 8));
    take(node, 'a', edit('problem,Add,bb b a\n', 9, 'a'));
    expect(node.state.files?.problem).toBe('bb b d\n');
    expect(node.state.sem.epoch).toBe(9);
  });

  test('that comes twice is applied once, also when another one came between', () => {
    const node = Node.running(RING, 'c');
    take(node, 'a', edit(SEPARATE_B, 1));
    take(node, 'a', edit(RETURN_B, 2));
    node.effects = [];
    expect(take(node, 'a', edit(SEPARATE_B, 1))).toEqual({ kind: 'done' });
    expect(node.all('write-file')).toEqual([]);
    expect(node.state.files?.group).toBe(filesOf(RING).group);
  });

  test.each([
    ['malformed', 'a', edit('rubbish\n', 1), { kind: 'refused', reason: 'Diff.dat is malformed' }],
    ['in another server’s name', 'd', edit(SEPARATE_B, 1), { kind: 'refused', reason: 'not the sender’s edit' }],
    ['about a stranger', 'a', edit('group,Add,5 e e.dat\n', 1), { kind: 'refused', reason: 'e is not a server of the ring' }],
    ['of a heartbeat', 'a', edit('heartbeat,Mod,a 0,a 9\n', 1), { kind: 'refused', reason: 'Diff.dat is malformed' }],
    ['from nowhere near', 'a', edit(SEPARATE_B, 2 ** 50), { kind: 'refused', reason: 'epoch 1125899906842624 is out of reach of 0' }],
  ] as const)('that is %s changes nothing', (_, from, wrong, answer) => {
    const node = Node.running(RING, 'c');
    expect(take(node, from, wrong)).toEqual(answer);
    expect(node.all('write-file')).toEqual([]);
  });

  test('of a separated server changes nothing, and it is told', () => {
    const node = Node.running(RING, 'c');
    take(node, 'a', edit(SEPARATE_B, 1));
    expect(take(node, 'b', edit('group,Del,4 d d.dat\nseparation,Add,4 d d.dat\n', 1, 'b'))).toEqual({ kind: 'separated' });
    expect(node.state.files?.group).toBe('1 a a.dat\n3 c c.dat\n4 d d.dat\n');
  });

  test('is refused where there are no files, so that its editor tries again', () => {
    const node = new Node(RING, 'c');
    node.started();
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    expect(take(node, 'a', edit(SEPARATE_B, 1))).toEqual({ kind: 'refused', reason: 'no management files here' });
  });
});

describe('the edits of a server', () => {
  /** `a` found `b` abnormal: two edits follow each other, separation and problem record. */
  function editing(): Node {
    const node = Node.running(RING, 'a');
    node.timer('interval');
    for (const phase of ['examining', 'reexamining']) {
      const ping = node.all('ping').find(({ address }) => address === '198.18.0.2');
      if (ping === undefined) throw new Error(`no ${phase}`);
      node.effects = node.effects.filter((effect) => effect !== ping);
      if (phase === 'reexamining') for (const other of node.all('ping')) node.result(other.request, DONE);
      node.result(ping.request, FAILED);
    }
    node.othersAgree();
    for (const server of ['c', 'd']) {
      node.answered(node.takeCall(server, 'load').request, {
        kind: 'load',
        remaining: { memory: 50, cpu: 50, network: 50 },
        virtual_servers: 0,
        standby: 'suspended',
      });
    }
    return node;
  }

  const diffOf = (node: Node, to: string): string[] =>
    node.all('call').flatMap((call) => (call.to === to && call.message.kind === 'edit' ? [call.message.edit.diff] : []));

  test('go to every server of the group, one at a time and in order', () => {
    const node = editing();
    expect(diffOf(node, 'c')).toEqual([SEPARATE_B]);
    expect(diffOf(node, 'd')).toEqual([SEPARATE_B]);
    expect(diffOf(node, 'b')).toEqual([]);
    node.answered(node.takeCall('c', 'edit').request, { kind: 'done' });
    expect(diffOf(node, 'c')).toEqual(['problem,Add,bb b c\n']);
    expect(diffOf(node, 'd')).toEqual([SEPARATE_B]);
  });

  test.each([
    ['is lost', FAILED],
    ['is refused', { kind: 'answer', answer: { kind: 'refused', reason: 'no management files here' } }],
  ] as const)('are sent again after a while when one %s', (_, outcome) => {
    const node = editing();
    node.result(node.takeCall('c', 'edit').request, outcome);
    expect(diffOf(node, 'c')).toEqual([]);
    expect(node.all('set-timer')).toContainEqual({ kind: 'set-timer', timer: 'edit:c', after_ms: 1000 });
    node.timer('edit:c');
    expect(diffOf(node, 'c')).toEqual([SEPARATE_B]);
  });

  test('of an earlier time do not reach a server that was separated and has returned', () => {
    const node = editing();
    const pending = node.takeCall('c', 'edit');
    take(node, 'd', edit('group,Del,3 c c.dat\nseparation,Add,3 c c.dat\n', 1, 'd'));
    expect(node.state.outbox.queues.c).toEqual([]);
    take(node, 'd', edit('separation,Del,3 c c.dat\ngroup,Add,3 c c.dat\n', 2, 'd'));
    node.result(pending.request, FAILED);
    node.timer('edit:c');
    expect(diffOf(node, 'c')).toEqual([]);
  });

  test('a late answer to one of them does not confirm the next', () => {
    const node = editing();
    const first = node.takeCall('c', 'edit');
    node.timer('edit:c');
    const again = node.takeCall('c', 'edit');
    node.answered(first.request, { kind: 'done' });
    const second = node.takeCall('c', 'edit');
    node.answered(again.request, { kind: 'done' });
    expect(node.state.outbox.queues.c).toHaveLength(1);
    node.answered(second.request, { kind: 'done' });
    expect(node.state.outbox.queues.c).toEqual([]);
  });
});
