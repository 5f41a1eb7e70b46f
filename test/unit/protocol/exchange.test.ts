import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import type { SharedRecord } from '@dbss/agent/protocol/sem/shared-records.ts';
import { Node } from '../../support/node.ts';
import { filesOf } from '../../support/ring-of.ts';

const RING = ['a', 'b', 'c', 'd'];
const SEPARATED_B: SharedRecord = { subject: 'b', file: 'separation', line: '2 b b.dat', epoch: 3, editor: 'a' };
const OTHER_DIGEST = '0123456789abcdef';

function heartbeat(node: Node, from: string, epoch: number, digest: string = node.state.sem.digest): Answer | undefined {
  const unix_s = String(Math.floor(epoch / 1000));
  return node.call(from, { kind: 'heartbeat', edit: { editor: from, epoch, diff: `heartbeat,Mod,${from} 0,${from} ${unix_s}\n` }, digest });
}

describe('a heartbeat', () => {
  test('of a server with the same records starts nothing', () => {
    const node = Node.running(RING, 'c');
    expect(heartbeat(node, 'a', 5000)).toEqual({ kind: 'done' });
    expect(node.state.files?.heartbeat).toMatch('a 5\n');
    expect(node.all('set-timer')).toEqual([]);
  });

  test('of a server with other records starts one exchange with it after a while, and not a second one', () => {
    const node = Node.running(RING, 'c');
    heartbeat(node, 'a', 5000, OTHER_DIGEST);
    heartbeat(node, 'a', 6000, OTHER_DIGEST);
    expect(node.all('set-timer')).toEqual([{ kind: 'set-timer', timer: 'exchange:a', after_ms: 1000 }]);
    node.timer('exchange:a');
    node.timer('exchange:a');
    const { message } = node.takeCall('a', 'exchange');
    expect(message.kind === 'exchange' && message.records).toHaveLength(4);
    expect(node.all('call')).toEqual([]);
  });

  test('whose edit comes right after it starts no exchange', () => {
    const other = Node.running(RING, 'd');
    const diff = 'group,Del,2 b b.dat\nseparation,Add,2 b b.dat\n';
    other.call('a', { kind: 'edit', edit: { editor: 'a', epoch: 3, diff } });
    const node = Node.running(RING, 'c');
    heartbeat(node, 'a', 5000, other.state.sem.digest);
    node.call('a', { kind: 'edit', edit: { editor: 'a', epoch: 3, diff } });
    node.timer('exchange:a');
    expect(node.all('call')).toEqual([]);
  });

  test('goes forward by its count, also when the clock of its server was set back', () => {
    const node = Node.running(RING, 'c');
    heartbeat(node, 'a', 9000);
    heartbeat(node, 'a', 5000);
    expect(node.state.files?.heartbeat).toMatch('a 9\n');
    node.call('a', { kind: 'heartbeat', edit: { editor: 'a', epoch: 9001, diff: 'heartbeat,Mod,a 9,a 2\n' }, digest: OTHER_DIGEST });
    expect(node.state.files?.heartbeat).toMatch('a 2\n');
  });

  test('of this server counts on when its clock is set back', () => {
    const node = Node.running(RING, 'c');
    const counts = [0, -3_600_000, 10_000].map((skew_ms) => {
      node.unix_ms += skew_ms;
      node.timer('internal');
      node.settle('ping', { kind: 'done', elapsed_ms: 1 });
      node.settle('check-service', { kind: 'done', elapsed_ms: 1 });
      const { message } = node.takeCall('a', 'heartbeat');
      return message.kind === 'heartbeat' ? message.edit.epoch : 0;
    });
    expect(counts).toEqual([1_000_000_000, 1_000_000_001, 1_000_000_002]);
    expect(node.state.files?.heartbeat).toMatch('c 996410\n');
  });

  test.each([
    ['in another server’s name', 'd', 'heartbeat,Mod,a 0,a 9\n', { kind: 'refused', reason: 'not the sender’s heartbeat' }],
    ['that edits more', 'a', 'heartbeat,Mod,a 0,a 9\ngroup,Del,2 b b.dat\n', { kind: 'refused', reason: 'not the edit of a heartbeat' }],
    ['that is malformed', 'a', 'heartbeat,Mod\n', { kind: 'refused', reason: 'not the edit of a heartbeat' }],
    ['that deletes', 'a', 'heartbeat,Del,a 0\n', { kind: 'refused', reason: 'not the edit of a heartbeat' }],
  ] as const)('%s changes nothing', (_, from, diff, answer) => {
    const node = Node.running(RING, 'c');
    expect(node.call(from, { kind: 'heartbeat', edit: { editor: from, epoch: 9000, diff }, digest: OTHER_DIGEST })).toEqual(answer);
    expect(node.state.files).toEqual(filesOf(RING));
  });

  test('of a separated server changes nothing, and it is told', () => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'exchange', records: [SEPARATED_B] });
    expect(heartbeat(node, 'b', 5000, OTHER_DIGEST)).toEqual({ kind: 'separated' });
    expect(node.state.files?.heartbeat).toMatch('b 0\n');
  });
});

describe('an exchange', () => {
  test('repairs both: each takes what the other knew better', () => {
    const one = Node.running(RING, 'c');
    const other = Node.running(RING, 'd');
    one.call('a', { kind: 'edit', edit: { editor: 'a', epoch: 3, diff: 'separation,Add,2 b b.dat\n' } });
    other.call('a', { kind: 'edit', edit: { editor: 'a', epoch: 4, diff: 'problem,Add,bb b d\n' } });
    heartbeat(one, 'd', 5000, other.state.sem.digest);
    one.timer('exchange:d');
    const call = one.takeCall('d', 'exchange');
    const answer = other.call('c', call.message);
    one.answered(call.request, answer ?? { kind: 'done' });
    expect(one.state.files?.problem).toBe('bb b d\n');
    expect(other.state.files).toEqual({ ...one.state.files, heartbeat: other.state.files?.heartbeat });
    expect(other.state.sem.digest).toBe(one.state.sem.digest);
    expect(one.logs()).toContain('Management files repaired: d knew newer records');
  });

  test('that repairs writes the files and their versions', () => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'exchange', records: [SEPARATED_B] });
    expect(node.all('write-file').map(({ name }) => name)).toEqual(['group', 'operation', 'separation', 'versions']);
    expect(node.last('write-file').content).toBe('3 a b separation 2 b b.dat\n');
  });

  test.each([
    ['a line of another file', { ...SEPARATED_B, line: 'bb b a' }, 'not a record of the separation file: bb b a'],
    ['a line about somebody else', { ...SEPARATED_B, subject: 'd' }, 'not a record of the separation file: 2 b b.dat'],
    ['a stranger', { ...SEPARATED_B, subject: 'e', line: '5 e e.dat' }, 'e is not a server of the ring'],
    ['an epoch from nowhere near', { ...SEPARATED_B, epoch: 2_000_000 }, 'epoch 2000000 is out of reach of 0'],
  ])('with %s is refused whole', (_, record, reason) => {
    const node = Node.running(RING, 'c');
    const good: SharedRecord = { subject: 'd', file: 'problem', line: 'db d a', epoch: 2, editor: 'a' };
    expect(node.call('a', { kind: 'exchange', records: [good, record] })).toEqual({ kind: 'refused', reason });
    expect(node.all('write-file')).toEqual([]);
  });

  test('with a server that is not in the group takes nothing from it', () => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'exchange', records: [SEPARATED_B] });
    const joining: SharedRecord = { ...SEPARATED_B, file: 'group', epoch: 9, editor: 'b' };
    expect(node.call('b', { kind: 'exchange', records: [joining] })).toEqual({ kind: 'separated' });
    expect(node.state.files?.separation).toBe('2 b b.dat\n');
  });
});
