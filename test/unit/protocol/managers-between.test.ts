import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';

const RING = ['a', 'b', 'c', 'd', 'e', 'f'];

/** `a` finds `c` dead while only the heartbeat of `b`, which manages it, is missing; `b` itself is found normal. */
function verdict(answerOfManager: Answer | undefined): Node {
  const node = Node.running(RING, 'a');
  node.pass(13_000);
  for (const from of ['c', 'd', 'e', 'f']) {
    const diff = `heartbeat,Mod,${from} 0,${from} 1\n`;
    node.call(from, { kind: 'heartbeat', edit: { editor: from, epoch: 1000, diff }, digest: node.state.sem.digest });
  }
  node.timer('interval');
  answerPing(node, '198.18.0.2', true);
  for (const { request } of node.all('check-service')) node.result(request, DONE);
  answerPing(node, '198.18.0.3', false);
  const asked = node.takeCall('b', 'state');
  for (const { request, address } of node.all('ping')) if (address !== '198.18.0.3') node.result(request, DONE);
  node.othersAgree();
  answerPing(node, '198.18.0.3', false);
  expect(node.logs().filter((line) => line.startsWith('DBSS_c_a Left'))).toEqual([]);
  expect(node.state.files?.separation).toBe('');
  if (answerOfManager === undefined) node.result(asked.request, FAILED);
  else node.answered(asked.request, answerOfManager);
  return node;
}

function answerPing(node: Node, address: string, answers: boolean): void {
  const ping = node.all('ping').find((effect) => effect.address === address);
  if (ping === undefined) throw new Error(`no ping of ${address}`);
  node.effects = node.effects.filter((effect) => effect !== ping);
  node.result(ping.request, answers ? DONE : FAILED);
}

function state(executor: string): Answer {
  return { kind: 'state', boot_id: 'b', executor, holds_own_address: true };
}

describe('a target whose manager’s heartbeat is missing while its services answer', () => {
  test('is left to a manager whose management program runs', () => {
    const node = verdict(state('running'));
    expect(node.logs()).toContain('DBSS_c_a Left to b, which manages the target');
    expect(node.state.files?.separation).toBe('');
  });

  test.each([
    ['does not answer', undefined],
    ['has no flag file', state('waiting-for-flag')],
  ])('is recovered when the agent of the manager %s', (_, answer) => {
    const node = verdict(answer);
    expect(node.state.files?.separation).toBe('3 c c.dat\n');
  });
});
