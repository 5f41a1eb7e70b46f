import type { Outcome } from '../../../agent/src/protocol/events.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';

const RING = ['a', 'b', 'c'];
const UNEXAMINED: Outcome = { kind: 'done', elapsed_ms: 1, unexamined: '/usr/local/sbin/db-ok is not run: it is not there' };

describe('an examination that could not be made is nothing against the service', () => {
  test('of the target, which is left alone', () => {
    const node = Node.running(RING, 'a');
    node.timer('interval');
    node.settle('ping', DONE);
    node.settle('check-service', UNEXAMINED);
    expect(node.state.dbss.DBSS_b_a).toMatchObject({ phase: 'monitoring', problem: undefined });
    expect(node.logs().filter((line) => line.includes('problem'))).toEqual([]);
  });

  test('of the server’s own, which goes on saying that it is well', () => {
    const node = Node.running(RING, 'a');
    node.timer('internal');
    node.settle('ping', DONE);
    node.settle('check-service', UNEXAMINED);
    expect(node.all('call').map(({ message }) => message.kind)).toEqual(['heartbeat', 'heartbeat']);
  });
});

describe('nor is it for it: who asks what a target looks like from here', () => {
  const asked = (outcome: Outcome) => {
    const node = Node.running(RING, 'c');
    node.call('a', { kind: 'examine', target: 'b', what: 'service' });
    node.settle('check-service', outcome);
    return node.last('answer').answer;
  };

  test('is told that this cannot be said, and not that it is well', () => {
    expect(asked(UNEXAMINED)).toEqual({ kind: 'refused', reason: '/usr/local/sbin/db-ok is not run: it is not there' });
  });

  test('is told what was found where it was examined', () => {
    expect(asked(DONE)).toEqual({ kind: 'examined', normal: true });
    expect(asked(FAILED)).toEqual({ kind: 'examined', normal: false });
  });

  test('hears no word against its own finding from a server that cannot examine the target', () => {
    const node = Node.running(RING, 'a');
    node.timer('interval');
    node.settle('ping', DONE);
    node.settle('check-service', FAILED);
    node.timer('reexamine:DBSS_b_a');
    const { request } = node.takeCall('c', 'examine');
    node.answered(request, { kind: 'refused', reason: '/usr/local/sbin/db-ok is not run: it is not there' });
    expect(node.state.dbss.DBSS_b_a?.opinions).toEqual({ outstanding: [], normalFor: undefined });
  });
});
