import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import { FAILED, Node } from '../../support/node.ts';

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
});
