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

  test('has not restarted to its manager, also where it waits for files meanwhile', () => {
    const node = askedToRestart();
    expect(node.call('a', { kind: 'state' })).toMatchObject({ executor: 'running' });
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

  test.each(['being created', 'created'])('discards a virtual server that is %s, and who waits for it hears so', (how) => {
    const node = Node.running(NAMES, 'b');
    node.call('a', { kind: 'create-virtual-server', target: 'c' });
    if (how === 'created') {
      node.settle('resume-standby', DONE);
      node.settle('install-procedure', DONE);
      expect(node.answerTo('c1')).toMatchObject({ kind: 'created' });
      node.call('a', { kind: 'set-virtual-address', target: 'c' });
    }
    node.call('a', { kind: 'restart' });
    expect(node.all('reset-standby')).toHaveLength(1);
    expect(node.answerTo(how === 'created' ? 'c2' : 'c1')).toEqual({ kind: 'refused', reason: 'the virtual server was discarded' });
  });
});
