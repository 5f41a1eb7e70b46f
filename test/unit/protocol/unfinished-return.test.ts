import { formatDiff } from '@dbss/agent/protocol/sem/diff.ts';
import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import { Node } from '../../support/node.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const REMAINING = { memory: 50, cpu: 50, network: 50 };
const SUSPENDED: Answer = { kind: 'load', remaining: REMAINING, virtual_servers: 0, standby: 'suspended' };
const SERVES_FOR_B: Answer = { kind: 'load', remaining: REMAINING, virtual_servers: 1, standby: 'serving', standby_target: 'b' };

/** Server a, which manages b, at the beginning of an interval: b is a member and has said that it waits for its files. */
function searching(): Node {
  const node = Node.running(NAMES, 'a');
  node.pass(10_000);
  node.call('b', { kind: 'hello', boot_id: 'boot of b' });
  node.effects = [];
  node.timer('interval');
  return node;
}

function phase(node: Node): string | undefined {
  return node.state.dbss['DBSS_b_a']?.phase;
}

/** What the others say of their standby, in their order. */
function answer(node: Node, answers: Readonly<Record<string, Answer | 'silent'>>): void {
  for (const [server, given] of Object.entries(answers)) {
    const { request } = node.takeCall(server, 'load');
    if (given === 'silent') node.result(request, { kind: 'failed', reason: 'no answer', elapsed_ms: 1000 });
    else node.answered(request, given);
  }
}

describe('a member that waits for its files', () => {
  test('takes its address where no virtual server serves for it, and not before all have said so', () => {
    const node = searching();
    answer(node, { c: SUSPENDED });
    expect(phase(node)).toBe('searching');
    expect(() => node.takeCall('b', 'take-own-address')).toThrow('no call');
    answer(node, { d: SUSPENDED });
    expect(phase(node)).toBe('returning');
    expect(node.takeCall('b', 'take-own-address').message).toMatchObject({ unless_held: true });
  });

  test('does not wait for members that do not answer', () => {
    const node = searching();
    answer(node, { c: 'silent', d: 'silent' });
    expect(node.takeCall('b', 'take-own-address').message).toMatchObject({ unless_held: true });
  });

  test('is recovered on with the virtual server that serves for it: separated, recorded and examined', () => {
    const node = searching();
    answer(node, { c: SERVES_FOR_B, d: SUSPENDED });
    expect(node.logs()).toContain('DBSS_b_a Virtual server bb@c serves for the target already');
    expect(node.logs()).toContain('DBSS_b_a Recovery taken up again');
    expect(node.state.files?.group).not.toContain(' b ');
    expect(node.state.files?.problem).toBe('bb b c\n');
    expect(() => node.takeCall('b', 'take-own-address')).toThrow('no call');
    expect(() => node.takeCall('c', 'release-virtual-address')).toThrow('no call');
  });

  test.each([
    ['creating', 'c', 'd', SUSPENDED],
    ['created', 'd', 'c', SUSPENDED],
    ['creating', 'd', 'c', SERVES_FOR_B],
  ] as const)(
    'is left to the manager for which its virtual server is %s, whoever says so last (%s, beside %s)',
    (standby, by, other, said) => {
      const node = searching();
      const begun: Answer = { kind: 'load', remaining: REMAINING, virtual_servers: 1, standby, standby_target: 'b' };
      answer(node, by === 'c' ? { c: begun, [other]: said } : { [other]: said, d: begun });
      expect(node.state.dbss['DBSS_b_a']).toMatchObject({ phase: 'monitoring', host: undefined });
      expect(() => node.takeCall('b', 'take-own-address')).toThrow('no call');
    },
  );

  test('is left alone where another server has seen to it meanwhile', () => {
    const node = searching();
    const line = '2 b b.dat';
    const diff = formatDiff([{ file: 'group', operation: 'Mod', before: line, after: line }]);
    expect(node.call('b', { kind: 'edit', edit: { editor: 'b', epoch: 5, diff } })).toEqual({ kind: 'done' });
    answer(node, { c: SERVES_FOR_B, d: SUSPENDED });
    expect(phase(node)).toBe('monitoring');
    expect(node.state.files?.problem).toBe('');
  });

  test('is not seen to by a server that is about to restart', () => {
    const node = Node.running(NAMES, 'a');
    node.pass(10_000);
    node.call('b', { kind: 'hello', boot_id: 'boot of b' });
    node.call('d', { kind: 'restart' });
    node.timer('interval');
    expect(node.logs()).not.toContain('DBSS_b_a Target server waits for the management files');
  });
});
