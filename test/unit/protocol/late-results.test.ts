import { DONE, FAILED, Node } from '../../support/node.ts';
import { filesOf } from '../../support/ring-of.ts';

const RING = ['a', 'b', 'c'];

describe('a late result changes nothing', () => {
  test('of an examination before the program was ended and started again', () => {
    const node = Node.running(RING, 'a');
    node.timer('interval');
    const old = node.last('ping');
    node.tell({ kind: 'memory-disk', files: filesOf(RING), flag: false });
    node.tell({ kind: 'memory-disk', files: filesOf(RING), flag: true });
    node.timer('interval');
    expect(node.state.dbss.DBSS_b_a?.phase).toBe('examining');
    node.result(old.request, FAILED);
    expect(node.state.dbss.DBSS_b_a?.phase).toBe('examining');
    node.settle('ping', DONE);
    expect(node.all('check-service')).toHaveLength(1);
  });

  test('of an internal monitoring round that took longer than the interval', () => {
    const node = Node.running(RING, 'a');
    node.timer('internal');
    const [oldPing, oldCheck] = [node.last('ping'), node.last('check-service')];
    node.timer('internal');
    const check = node.last('check-service');
    node.effects = [];
    node.result(oldPing.request, DONE);
    node.result(oldCheck.request, DONE);
    expect(node.all('call')).toEqual([]);
    node.result(check.request, FAILED);
    expect(node.state.internal.outstanding).toBe(1);
  });

  test('of the installation in a virtual server that was discarded meanwhile', () => {
    const node = Node.running(RING, 'c');
    expect(node.call('a', { kind: 'create-virtual-server', target: 'b' })).toBeUndefined();
    node.settle('resume-standby', DONE);
    const install = node.last('install-procedure');
    node.call('a', { kind: 'discard-virtual-server', target: 'b' });
    node.settle('reset-standby', DONE);
    node.call('b', { kind: 'create-virtual-server', target: 'a' });
    node.result(install.request, DONE);
    expect(node.state.virtualServer).toMatchObject({ state: 'creating', target: 'a' });
    expect(node.all('answer').filter(({ answer }) => answer.kind === 'created')).toEqual([]);
  });

  test('of an address set on a virtual server that was discarded meanwhile', () => {
    const node = withVirtualServer();
    node.call('a', { kind: 'set-virtual-address', target: 'b' });
    const set = node.last('add-virtual-server-address');
    node.call('a', { kind: 'discard-virtual-server', target: 'b' });
    node.result(set.request, DONE);
    expect(node.state.virtualServer.state).toBe('resetting');
    expect(node.last('answer').answer).toEqual({ kind: 'refused', reason: 'the virtual server was discarded' });
  });
});

/** `c` with a virtual server of `b` without its address. */
function withVirtualServer(): Node {
  const node = Node.running(RING, 'c');
  node.call('a', { kind: 'create-virtual-server', target: 'b' });
  node.settle('resume-standby', DONE);
  node.settle('install-procedure', DONE);
  return node;
}

describe('a host of a virtual server', () => {
  test('answers the creation when the services run, with its times', () => {
    const node = withVirtualServer();
    expect(node.last('answer').answer).toEqual({ kind: 'created', times: { resume_ms: 1, installation_ms: 1 } });
  });

  test('gives the installation what the resume has left of the time', () => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'create-virtual-server', target: 'b' });
    node.pass(4000);
    node.settle('resume-standby', DONE);
    expect(node.last('install-procedure').timeout_ms).toBe(11_000);
  });

  test.each(['resume-standby', 'install-procedure'] as const)('whose %s fails says why and suspends the standby again', (kind) => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'create-virtual-server', target: 'b' });
    if (kind === 'install-procedure') node.settle('resume-standby', DONE);
    node.settle(kind, FAILED);
    expect(node.last('answer').answer).toEqual({ kind: 'refused', reason: 'no answer' });
    expect(node.all('reset-standby')).toHaveLength(1);
  });

  test('that is asked for a second one refuses', () => {
    const node = withVirtualServer();
    expect(node.call('a', { kind: 'create-virtual-server', target: 'a' })).toEqual({ kind: 'refused', reason: 'the standby is created' });
  });

  test('tells a creation that was discarded', () => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'create-virtual-server', target: 'b' });
    node.call('a', { kind: 'discard-virtual-server', target: 'b' });
    expect(node.all('answer').map(({ answer }) => answer.kind)).toEqual(['done', 'refused']);
  });

  test('says that the address is released only when the reset that takes it away has ended', () => {
    const node = withVirtualServer();
    node.call('a', { kind: 'discard-virtual-server', target: 'b' });
    expect(node.call('a', { kind: 'release-virtual-address', target: 'b' })).toBeUndefined();
    node.settle('reset-standby', DONE);
    expect(node.last('answer').answer).toEqual({ kind: 'done' });
  });

  test('answers a release at once when it has no such virtual server', () => {
    expect(Node.running(RING, 'c').call('a', { kind: 'release-virtual-address', target: 'b' })).toEqual({ kind: 'done' });
  });

  test('discards one that the problem file does not know for three intervals', () => {
    const node = withVirtualServer();
    for (let interval = 0; interval < 4; interval += 1) {
      expect(node.all('reset-standby')).toEqual([]);
      node.pass(10_000);
      node.timer('interval');
    }
    expect(node.all('reset-standby')).toHaveLength(1);
    expect(node.logs()).toContain('Virtual server bb is not in the problem file: discarded');
  });

  test('keeps one that the problem file knows', () => {
    const node = withVirtualServer();
    node.call('a', {
      kind: 'edit',
      edit: { editor: 'a', epoch: 1, diff: 'group,Del,2 b b.dat\nseparation,Add,2 b b.dat\n' },
    });
    node.call('a', { kind: 'edit', edit: { editor: 'a', epoch: 2, diff: 'problem,Add,bb b c\n' } });
    for (let interval = 0; interval < 10; interval += 1) {
      node.pass(10_000);
      node.timer('interval');
    }
    expect(node.all('reset-standby')).toEqual([]);
  });

  test('resets it for an operator only when it serves nobody', () => {
    const node = withVirtualServer();
    node.tell({ kind: 'operator', command: 'reset-standby' });
    expect(node.all('reset-standby')).toEqual([]);
    expect(node.logs()).toContain('Reset of the standby failed: it is created');
    const idle = Node.running(RING, 'c');
    idle.tell({ kind: 'operator', command: 'reset-standby' });
    expect(idle.all('reset-standby')).toHaveLength(1);
  });

  test('tries a failed reset again', () => {
    const node = Node.running(RING, 'c');
    node.tell({ kind: 'operator', command: 'reset-standby' });
    node.settle('reset-standby', FAILED);
    expect(node.state.virtualServer.state).toBe('absent');
    expect(node.last('set-timer')).toEqual({ kind: 'set-timer', timer: 'standby', after_ms: 50_000 });
    node.timer('standby');
    expect(node.all('reset-standby')).toHaveLength(2);
  });
});
