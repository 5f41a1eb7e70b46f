import { formatDiff } from '@dbss/agent/protocol/sem/diff.ts';
import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';

const REMAINING = { memory: 50, cpu: 50, network: 50 };

/** Server a, whose network examination of b has failed, has what c says of its load; d has none to tell. */
function preparing(ofC: Answer): Node {
  const node = Node.running(['a', 'b', 'c', 'd'], 'a');
  node.pass(10_000);
  node.timer('interval');
  const [ping] = node.all('ping').filter(({ address }) => address === '198.18.0.2');
  node.result(ping!.request, FAILED);
  node.answered(node.takeCall('c', 'load').request, ofC);
  node.result(node.takeCall('d', 'load').request, FAILED);
  return node;
}

describe('while its target is reexamined, a manager', () => {
  test('has the best host prepare the virtual server', () => {
    const node = preparing({ kind: 'load', remaining: REMAINING, virtual_servers: 0, standby: 'suspended' });
    expect(node.takeCall('c', 'create-virtual-server').message).toMatchObject({ target: 'b' });
  });

  test.each(['creating', 'created', 'serving'] as const)(
    'prepares nothing where the virtual server of another manager is %s',
    (standby) => {
      const node = preparing({ kind: 'load', remaining: REMAINING, virtual_servers: 1, standby, standby_target: 'b' });
      expect(() => node.takeCall('c', 'create-virtual-server')).toThrow('no call');
      expect(node.state.dbss['DBSS_b_a']).toMatchObject({ phase: 'reexamining', preparing: undefined });
    },
  );

  test.each([
    ['discards what was prepared where another manager recovers the target elsewhere', 'd', 1],
    ['leaves it to the manager that recovers the target with it', 'c', 0],
  ] as const)('%s', (_, host, discards) => {
    const node = preparing({ kind: 'load', remaining: REMAINING, virtual_servers: 0, standby: 'suspended' });
    const diff = formatDiff([
      { file: 'group', operation: 'Del', line: '2 b b.dat' },
      { file: 'separation', operation: 'Add', line: '2 b b.dat' },
      { file: 'problem', operation: 'Add', line: `bb b ${host}` },
    ]);
    expect(node.call('d', { kind: 'edit', edit: { editor: 'd', epoch: 5, diff } })).toEqual({ kind: 'done' });
    node.effects = node.effects.filter((effect) => effect.kind !== 'call');
    for (const { request } of node.all('ping')) node.result(request, DONE);
    for (const { request } of node.all('check-service')) node.result(request, DONE);
    expect(node.logs()).toContain('DBSS_b_a Reexamined: normal');
    expect(node.all('call').filter(({ message }) => message.kind === 'discard-virtual-server')).toHaveLength(discards);
  });
});
