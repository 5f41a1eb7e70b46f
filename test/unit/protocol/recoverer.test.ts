import type { SharedRecord } from '@dbss/agent/protocol/sem/shared-records.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';
import { filesOf } from '../../support/ring-of.ts';

const RING = ['a', 'b', 'c', 'd'];

function separated(subject: string, epoch: number, editor: string): SharedRecord {
  const number = String(RING.indexOf(subject) + 1);
  return { subject, file: 'separation', line: `${number} ${subject} ${subject}.dat`, epoch, editor };
}

const separations = (node: Node, to: string): string[] =>
  node.all('call').flatMap((call) => (call.to === to && call.message.kind === 'edit' ? [call.message.edit.diff] : []));

/** `d`, to which another server says who is separated, and by whom. */
function told(...records: SharedRecord[]): Node {
  const node = Node.running(RING, 'd');
  for (const record of records) node.call('c', { kind: 'exchange', records: [record] });
  return node;
}

describe('a separated server', () => {
  test('is recovered by its editor as long as that one is in the group', () => {
    const node = told(separated('b', 1, 'a'));
    expect(Object.keys(node.state.dbss)).not.toContain('DBSS_b_d');
    expect(separations(node, 'c')).toEqual([]);
  });

  test('is taken up, by an edit, by the server that would manage it, when its editor is out of the group', () => {
    const node = told(separated('b', 1, 'a'), separated('a', 2, 'c'));
    expect(node.state.dbss['DBSS_b_d']?.phase).toBe('selecting');
    expect(separations(node, 'c')).toEqual(['separation,Mod,2 b b.dat,2 b b.dat\n']);
    expect(node.state.sem.records['membership b']).toMatchObject({ file: 'separation', epoch: 3, editor: 'd' });
    expect(node.state.dbss['DBSS_a_d']?.phase).toBe('monitoring');
  });

  test('that two servers take up at once is left to the one whose edit counts', () => {
    const node = told(separated('b', 1, 'a'), separated('a', 2, 'c'));
    node.effects = [];
    node.call('c', { kind: 'exchange', records: [separated('b', 9, 'c')] });
    expect(Object.keys(node.state.dbss)).not.toContain('DBSS_b_d');
    expect(node.logs()).toContain('DBSS_b_d terminated: c recovers its target');
    for (const timer of ['job', 'create', 'return'])
      expect(node.all('cancel-timer')).toContainEqual({ kind: 'cancel-timer', timer: `${timer}:DBSS_b_d` });
  });

  test('that is taken up while the virtual server is created here for this one has it discarded', () => {
    const node = told(separated('b', 1, 'a'), separated('a', 2, 'c'));
    node.answered(node.takeCall('b', 'release-own-address').request, { kind: 'done' });
    node.answered(node.takeCall('c', 'load').request, {
      kind: 'load',
      remaining: { memory: 50, cpu: 50, network: 50 },
      virtual_servers: 0,
      standby: 'suspended',
    });
    expect(node.state.dbss['DBSS_b_d']?.host).toBe('c');
    const other: SharedRecord = { subject: 'b', file: 'problem', line: 'bb b d', epoch: 10, editor: 'c' };
    node.call('c', { kind: 'exchange', records: [separated('b', 9, 'c'), other] });
    expect(node.takeCall('c', 'discard-virtual-server').message).toEqual({ kind: 'discard-virtual-server', target: 'b' });
  });

  test('is recovered on by an agent that restarts where its own name stands, and only there', () => {
    const files = { ...filesOf(RING), group: '1 a a.dat\n4 d d.dat\n', separation: '2 b b.dat\n3 c c.dat\n' };
    const node = new Node(RING, 'd');
    node.started();
    const versions = '4 d b separation 2 b b.dat\n5 a c separation 3 c c.dat\n';
    node.tell({ kind: 'memory-disk', files, flag: true, versions });
    expect(node.logs()).toContain('DBSS_b_d Recovery taken up again');
    expect(Object.keys(node.state.dbss).sort()).toEqual(['DBSS_a_d', 'DBSS_b_d']);
    expect(separations(node, 'a')).toEqual([]);
  });
});

test('a virtual server whose host is in the group is looked at, twice and its host between, before another one is created', () => {
  const node = told(
    { subject: 'b', file: 'problem', line: 'bb b c', epoch: 1, editor: 'a' },
    separated('b', 1, 'a'),
    separated('a', 2, 'c'),
  );
  node.answered(node.takeCall('b', 'release-own-address').request, { kind: 'done' });
  expect(node.state.dbss['DBSS_b_d']).toMatchObject({ resuming: true, host: 'c' });
  node.settle('check-service', DONE);
  expect(node.state.dbss['DBSS_b_d']).toMatchObject({ phase: 'waiting', virtualServerServes: true });
  const dead = told(
    { subject: 'b', file: 'problem', line: 'bb b c', epoch: 1, editor: 'a' },
    separated('b', 1, 'a'),
    separated('a', 2, 'c'),
  );
  dead.answered(dead.takeCall('b', 'release-own-address').request, { kind: 'done' });
  dead.settle('check-service', FAILED);
  expect(dead.state.dbss['DBSS_b_d']).toMatchObject({ resuming: false, phase: 'waiting', virtualServerWatch: { stage: 'host' } });
  dead.settle('ping', DONE);
  dead.timer('virtual-server:DBSS_b_d');
  dead.settle('check-service', FAILED);
  expect(dead.state.dbss['DBSS_b_d']).toMatchObject({ phase: 'selecting', host: undefined });
});

test('a virtual server whose host leaves the group while it is looked at is not waited for', () => {
  const node = told(
    { subject: 'b', file: 'problem', line: 'bb b c', epoch: 1, editor: 'a' },
    separated('b', 1, 'a'),
    separated('a', 2, 'c'),
  );
  node.answered(node.takeCall('b', 'release-own-address').request, { kind: 'done' });
  node.call('c', { kind: 'exchange', records: [separated('c', 3, 'd')] });
  expect(node.state.dbss['DBSS_b_d']).toMatchObject({ resuming: true, host: 'c' });
  node.settle('check-service', FAILED);
  expect(node.state.dbss['DBSS_b_d']).toMatchObject({ host: undefined, virtualServerServes: false });
});
