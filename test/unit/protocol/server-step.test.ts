import { serverStatusOf } from '@dbss/agent/protocol/server/server-status.ts';
import { initialServerState } from '@dbss/agent/protocol/server/server-state.ts';
import { serverStep } from '@dbss/agent/protocol/server/server-step.ts';
import { initialState, step } from '@dbss/agent/protocol/step.ts';
import { ringOf } from '../../support/ring-of.ts';
import { ServerNode } from '../../support/server-node.ts';

const NAMES = ['mail', 'ftp', 'web1'];
const VIP = '198.18.0.101';
const FTP_VIP = '198.18.0.102';
const now = { mono_ms: 0, unix_ms: 1_000_000_000 };

/** mail, which holds its own address. */
function holding(): ServerNode {
  const node = ServerNode.voting(NAMES, 'mail');
  node.call('ftp', { kind: 'take-own-address', vip: VIP });
  node.settleAll();
  node.effects = [];
  return node;
}

/** mail, which runs the virtual server of ftp without its address. */
function hosting(): ServerNode {
  const node = ServerNode.voting(NAMES, 'mail');
  node.call('web1', { kind: 'create-virtual-server', target: 'ftp' });
  node.settleAll();
  node.effects = [];
  return node;
}

test('quorum none is the ring’s step and nothing else', () => {
  const configuration = ringOf(NAMES, 'mail');
  const call = { now, kind: 'call', call: 'c1', from: 'ftp', request: { kind: 'take-own-address', vip: VIP } } as const;
  const together = serverStep(initialServerState(configuration), call);
  const alone = step(initialState(configuration), call);
  expect(together.effects).toEqual(alone.effects);
  expect(together.state.ring).toEqual(alone.state);
  expect(together.state.ownership).toBeUndefined();
});

describe('an address of its own', () => {
  test('is set behind a closed filter, and held only when the voters have said yes', () => {
    const node = ServerNode.voting(NAMES, 'mail');
    node.call('ftp', { kind: 'take-own-address', vip: VIP });
    expect(node.open()).toEqual(['protect-address']);
    node.settle('protect-address');
    expect(node.open()).toEqual(['ask-who-has', 'draw-nonce']);
    node.settle('ask-who-has');
    node.settle('add-address');
    expect(node.answerTo('c1')).toBeUndefined();
    expect(serverStatusOf(node.state).holds).toEqual([]);
    node.settleAll('add-address');
    expect(node.all('switch-lease')).toHaveLength(1);
    expect(node.answerTo('c1')).toEqual({ kind: 'done' });
    expect(serverStatusOf(node.state)).toMatchObject({ holds: [{ vip: VIP, by: 'mail' }], leases: [{ vip: VIP, state: 'held' }] });
  });

  test('is announced when its lease has begun: before that nobody could hear it', () => {
    const node = ServerNode.voting(NAMES, 'mail');
    node.call('ftp', { kind: 'take-own-address', vip: VIP });
    node.settle('protect-address');
    node.settle('ask-who-has');
    node.settle('add-address');
    node.settleAll('add-address');
    expect(node.all('add-address').map(({ address }) => address)).toEqual([VIP]);
  });

  test('is not set where the filter cannot be closed', () => {
    const node = ServerNode.voting(NAMES, 'mail');
    node.call('ftp', { kind: 'take-own-address', vip: VIP });
    node.settle('protect-address', 'no nft here');
    expect(node.open()).toEqual([]);
    expect(node.answerTo('c1')).toEqual({ kind: 'refused', reason: 'no nft here' });
  });

  test('is removed when nothing of it passes any more, and not before', () => {
    const node = holding();
    node.call('ftp', { kind: 'release-own-address' }, 'c2');
    expect(node.open()).toEqual(['drop-lease']);
    node.settle('drop-lease');
    expect(node.open()).toEqual(['store-claim']);
    node.settle('store-claim');
    expect(node.open()).toEqual(['remove-address']);
    expect(node.answerTo('c2')).toBeUndefined();
    node.settle('remove-address');
    expect(node.answerTo('c2')).toEqual({ kind: 'done' });
    expect(serverStatusOf(node.state)).toMatchObject({ holds: [], leases: [] });
  });

  test('asked for again while it is given up is given up first', () => {
    const node = holding();
    node.call('ftp', { kind: 'release-own-address' }, 'c2');
    node.call('ftp', { kind: 'take-own-address', vip: VIP }, 'c3');
    node.settle('drop-lease');
    node.settle('store-claim');
    expect(node.open()).toEqual(['remove-address', 'protect-address']);
    node.settleAll();
    expect(node.answerTo('c2')).toEqual({ kind: 'done' });
    expect(node.answerTo('c3')).toEqual({ kind: 'done' });
    expect(serverStatusOf(node.state).leases).toMatchObject([{ vip: VIP, state: 'held' }]);
  });

  test('given up before the voters have answered is not held later', () => {
    const node = ServerNode.voting(NAMES, 'mail');
    node.call('ftp', { kind: 'take-own-address', vip: VIP });
    node.settle('protect-address');
    node.call('ftp', { kind: 'release-own-address' }, 'c2');
    node.settleAll();
    expect(node.answerTo('c1')).toMatchObject({ kind: 'refused' });
    expect(node.answerTo('c2')).toEqual({ kind: 'done' });
    expect(node.all('switch-lease')).toEqual([]);
    expect(serverStatusOf(node.state).holds).toEqual([]);
  });

  test('whose lease is lost is told as such in the status, and asked for on', () => {
    const node = holding();
    node.pass(3_000);
    node.tell({ kind: 'timer', timer: 'ownership-tick' });
    expect(serverStatusOf(node.state)).toMatchObject({ holds: [{ vip: VIP, by: 'mail' }], leases: [{ vip: VIP, state: 'lost' }] });
    expect(node.logs()).toContain(`${VIP} is not held here any more: no majority of the voters prolonged the lease`);
    node.settleAll();
    expect(serverStatusOf(node.state).leases).toMatchObject([{ vip: VIP, state: 'held' }]);
  });
});

describe('an agent that starts', () => {
  const claim = { address: VIP, epoch: 3, holder: 'mail', nonce: 'a'.repeat(32) };

  test('takes up the claim of an earlier one of this boot, without taking the address away', () => {
    const node = new ServerNode(NAMES, 'mail');
    node.started({ claims: [claim], held_addresses: [VIP] });
    expect(node.open()).toEqual(expect.arrayContaining(['protect-address', 'stage-lease']));
    expect(node.all('drop-lease')).toEqual([]);
    expect(node.all('stage-lease').map(({ address }) => address)).toEqual([VIP]);
  });

  test('asks for an address that is set without a claim: before, nobody was asked', () => {
    const node = new ServerNode(NAMES, 'mail');
    node.started({ held_addresses: [VIP] });
    node.settle('protect-address');
    expect(node.open()).toEqual(expect.arrayContaining(['draw-nonce']));
  });

  test('takes up the claim of a virtual server’s address that was set in it, and gives up one that was not set yet', () => {
    const node = new ServerNode(NAMES, 'mail');
    const claims = [claim, { ...claim, address: FTP_VIP }];
    node.started({ claims, inGuest: [FTP_VIP], standby: 'running' });
    expect(node.all('protect-address')).toMatchObject([{ address: FTP_VIP, where: 'tap' }]);
    expect(node.all('drop-lease').map(({ address }) => address)).toEqual([VIP]);
    node.settleAll();
    expect(serverStatusOf(node.state).leases).toMatchObject([{ vip: FTP_VIP, where: 'tap' }]);
  });

  test('gives up what it claimed for a virtual server that is gone', () => {
    const node = new ServerNode(NAMES, 'mail');
    node.started({ claims: [{ ...claim, address: FTP_VIP }], standby: 'suspended' });
    expect(node.all('drop-lease').map(({ address }) => address)).toEqual([FTP_VIP]);
  });
});

describe('the address of a virtual server', () => {
  test('is set and held behind its tap', () => {
    const node = hosting();
    node.call('web1', { kind: 'set-virtual-address', target: 'ftp' }, 'c2');
    expect(node.all('protect-address')).toMatchObject([{ address: FTP_VIP, where: 'tap' }]);
    node.settleAll();
    expect(node.answerTo('c2')).toMatchObject({ kind: 'address-set' });
    expect(serverStatusOf(node.state).leases).toMatchObject([{ vip: FTP_VIP, where: 'tap', state: 'held' }]);
    expect(node.all('note-in-guest')).toEqual([{ kind: 'note-in-guest', address: FTP_VIP }]);
  });

  test('is given up with the virtual server, which is not waited for', () => {
    const node = hosting();
    node.call('web1', { kind: 'set-virtual-address', target: 'ftp' }, 'c2');
    node.settleAll();
    node.effects = [];
    node.call('web1', { kind: 'discard-virtual-server', target: 'ftp' }, 'c3');
    expect(node.open()).toEqual(expect.arrayContaining(['drop-lease', 'reset-standby']));
    node.settleAll();
    expect(node.all('send-datagram').every(({ message }) => message.kind !== 'ask')).toBe(true);
    expect(serverStatusOf(node.state).leases).toEqual([]);
  });

  test('that another machine goes on holding is not taken: its manager is told who it is', () => {
    const node = hosting();
    const rival = { address: FTP_VIP, epoch: 7, holder: 'ftp', nonce: 'b'.repeat(32) };
    const configuration = node.state.ownership?.document.configuration ?? { term: 1, version: 1, voters: [] };
    const ask = { kind: 'ask', configuration, asks: [{ claim: rival, sequence: 1, length: 'short' }] } as const;
    node.tell({ kind: 'datagram', from: 'ftp', message: ask });
    node.settleAll();
    node.call('web1', { kind: 'set-virtual-address', target: 'ftp' }, 'c2');
    for (let waited_ms = 0; waited_ms < 8_000; waited_ms += 100) {
      node.settleAll();
      node.pass(100);
      if (waited_ms % 500 === 0) node.tell({ kind: 'datagram', from: 'ftp', message: ask });
      node.tell({ kind: 'timer', timer: 'ownership-tick' });
    }
    expect(node.all('switch-lease')).toEqual([]);
    expect(node.logs()).toContainEqual(expect.stringMatching(`^Virtual IP address ${FTP_VIP} is held by ftp for `));
    node.tell({ kind: 'timer', timer: `custody:${FTP_VIP}` });
    expect(node.answerTo('c2')).toEqual({ kind: 'address-held', holder: 'ftp' });
  });
});
