import { logLines } from '../../../agent/src/protocol/log-lines.ts';
import { DONE, Node } from '../../support/node.ts';

const RING = ['a', 'b', 'c'];

describe('the emulator of the standby has ended', () => {
  test('a suspended standby is made anew at once, and meanwhile no virtual server is promised with it', () => {
    const node = Node.running(RING, 'c');
    node.tell({ kind: 'emulator-ended' });
    expect(node.all('log').some(({ text }) => text === logLines.standbyLost())).toBe(true);
    expect(node.state.virtualServer.state).toBe('resetting');
    expect(node.call('a', { kind: 'create-virtual-server', target: 'b' })).toMatchObject({ kind: 'refused' });
    node.settle('reset-standby', DONE);
    expect(node.state.virtualServer.state).toBe('suspended');
  });

  test('while it is being made or a virtual server is being created, that work tells how it ended', () => {
    const node = Node.running(RING, 'c');
    node.tell({ kind: 'emulator-ended' });
    node.tell({ kind: 'emulator-ended' });
    expect(node.all('reset-standby')).toHaveLength(1);
    node.settle('reset-standby', DONE);
    node.call('a', { kind: 'create-virtual-server', target: 'b' });
    node.effects = [];
    node.tell({ kind: 'emulator-ended' });
    expect(node.all('reset-standby')).toEqual([]);
    expect(node.state.virtualServer.state).toBe('creating');
  });
});
