import { DONE, FAILED, Node } from '../../support/node.ts';

const NAMES = ['a', 'b', 'c'];
const REFUSED = { kind: 'refused', reason: 'this server is about to restart' };

/** Server b with a load sample, which a manager has asked to restart. */
function askedToRestart(): Node {
  const node = Node.running(NAMES, 'b');
  node.tell({ kind: 'timer', timer: 'load' });
  node.settle('measure-load', { kind: 'load', sample: { available_memory_kb: 4_000_000, cpu_idle_percent: 300, network_kb_s: 10 } });
  node.call('a', { kind: 'restart' });
  return node;
}

/** Server b, whose virtual server has the address of c. */
function serving(): Node {
  const node = Node.running(NAMES, 'b');
  node.call('a', { kind: 'create-virtual-server', target: 'c' });
  node.settle('resume-standby', DONE);
  node.settle('install-procedure', DONE);
  node.call('a', { kind: 'set-virtual-address', target: 'c' });
  node.settle('add-virtual-server-address', DONE);
  return node;
}

describe('a server that was asked to restart', () => {
  test('is nobody’s host: it tells no load, and makes no virtual server', () => {
    const node = askedToRestart();
    expect(node.call('a', { kind: 'load' })).toEqual(REFUSED);
    expect(node.call('a', { kind: 'create-virtual-server', target: 'c' })).toEqual(REFUSED);
    node.settle('restart-machine', DONE);
    expect(node.call('a', { kind: 'load' })).toEqual(REFUSED);
    expect(node.call('a', { kind: 'create-virtual-server', target: 'c' })).toEqual(REFUSED);
    expect(node.all('resume-standby')).toEqual([]);
  });

  test('is a host again where the machine does not restart', () => {
    const node = askedToRestart();
    node.settle('restart-machine', FAILED);
    expect(node.answerTo('c1')).toEqual({ kind: 'refused', reason: 'no answer' });
    expect(node.call('a', { kind: 'load' })).toMatchObject({ kind: 'load', standby: 'suspended' });
    node.call('a', { kind: 'create-virtual-server', target: 'c' });
    expect(node.all('resume-standby')).toHaveLength(1);
  });

  test('says so, whether it runs the management program or waits for files', () => {
    const node = askedToRestart();
    expect(node.call('a', { kind: 'state' })).toMatchObject({ executor: 'restarting' });
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    expect(node.call('a', { kind: 'state' })).toMatchObject({ executor: 'restarting' });
    node.settle('restart-machine', FAILED);
    expect(node.call('a', { kind: 'state' })).toMatchObject({ executor: 'waiting-for-files' });
  });

  test('restarts once, however many ask for it, and says so to all of them', () => {
    const node = askedToRestart();
    expect(node.call('c', { kind: 'restart' })).toBeUndefined();
    node.settle('restart-machine', DONE);
    expect(node.answerTo('c1')).toEqual({ kind: 'done' });
    expect(node.answerTo('c2')).toEqual({ kind: 'done' });
    expect(node.call('c', { kind: 'restart' })).toEqual({ kind: 'done' });
    expect(node.all('restart-machine')).toHaveLength(1);
  });

  test.each(['being created', 'created'])(
    'discards a virtual server that is %s when it goes down, and who waits for it hears so',
    (how) => {
      const node = Node.running(NAMES, 'b');
      node.call('a', { kind: 'create-virtual-server', target: 'c' });
      if (how === 'created') {
        node.settle('resume-standby', DONE);
        node.settle('install-procedure', DONE);
        expect(node.answerTo('c1')).toMatchObject({ kind: 'created' });
        node.call('a', { kind: 'set-virtual-address', target: 'c' });
      }
      node.call('a', { kind: 'restart' });
      expect(node.all('reset-standby')).toEqual([]);
      node.settle('restart-machine', DONE);
      expect(node.all('reset-standby')).toHaveLength(1);
      expect(node.answerTo(how === 'created' ? 'c2' : 'c1')).toEqual({ kind: 'refused', reason: 'the virtual server was discarded' });
    },
  );

  test('that does not restart keeps its virtual server', () => {
    const node = serving();
    node.call('a', { kind: 'restart' });
    node.settle('restart-machine', FAILED);
    expect(node.state.virtualServer).toMatchObject({ state: 'serving', target: 'c' });
    expect(node.all('reset-standby')).toEqual([]);
  });

  test('that is still there when it should have started again is a host again, and restarts when it is asked again', () => {
    const node = askedToRestart();
    node.settle('restart-machine', DONE);
    expect(node.last('set-timer')).toMatchObject({ timer: 'machine-restart', after_ms: 50_000 });
    node.timer('machine-restart');
    expect(node.call('a', { kind: 'load' })).toMatchObject({ kind: 'load' });
    node.call('a', { kind: 'restart' });
    expect(node.all('restart-machine')).toHaveLength(2);
  });
});

describe('a host whose virtual server serves', () => {
  test('answers another manager that asks for it as it answered the first, and creates nothing', () => {
    const node = serving();
    const creations = node.all('resume-standby').length;
    expect(node.call('b', { kind: 'create-virtual-server', target: 'c' })).toMatchObject({ kind: 'created' });
    expect(node.all('resume-standby')).toHaveLength(creations);
    expect(node.state.virtualServer.state).toBe('serving');
  });

  test('does not discard it for a server that is out of the group, and does for a member', () => {
    const node = serving();
    expect(node.call('stranger', { kind: 'discard-virtual-server', target: 'c' })).toEqual({ kind: 'separated' });
    expect(node.state.virtualServer.state).toBe('serving');
    expect(node.call('a', { kind: 'discard-virtual-server', target: 'c' })).toEqual({ kind: 'done' });
    expect(node.state.virtualServer.state).toBe('resetting');
  });

  test('says for whom, also before it has measured its load', () => {
    expect(serving().call('a', { kind: 'load' })).toMatchObject({ kind: 'load', standby: 'serving', standby_target: 'c' });
  });
});
