import type { DuplicateAddressPolicy } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import { serverStatusOf } from '@dbss/agent/protocol/server/server-status.ts';
import { LEASE_PROFILES } from '../../../cli/src/inventory/lease-profiles.ts';
import { ownershipOf } from '../../../cli/src/simulator/made-ring.ts';
import { ServerNode } from '../../support/server-node.ts';

const NAMES = ['mail', 'ftp', 'web1'];
const VIP = '198.18.0.101';
const FTP_VIP = '198.18.0.102';
const PRINTER = '02:00:00:00:00:77';
const REASON = `machine ${PRINTER} answers for it on the service network`;

function mail(duplicate_address: DuplicateAddressPolicy): ServerNode {
  const ownership = { ...ownershipOf(NAMES, { lease: LEASE_PROFILES.paper, witness: false }), duplicate_address };
  return ServerNode.voting(NAMES, 'mail', { ownership });
}

/** mail, which asks the network who has its own address. */
function asking(duplicate_address: DuplicateAddressPolicy = 'refuse'): ServerNode {
  const node = mail(duplicate_address);
  node.call('ftp', { kind: 'take-own-address', vip: VIP });
  node.settle('protect-address');
  return node;
}

/** mail, which asks who has the address of ftp, whose virtual server it runs. */
function hosting(duplicate_address: DuplicateAddressPolicy = 'refuse'): ServerNode {
  const node = mail(duplicate_address);
  node.call('web1', { kind: 'create-virtual-server', target: 'ftp' });
  node.settleAll();
  node.call('web1', { kind: 'set-virtual-address', target: 'ftp' }, 'c2');
  node.settle('protect-address');
  return node;
}

function somebodyAnswers(node: ServerNode): void {
  node.settle('ask-who-has', `${PRINTER} has it`, PRINTER);
}

describe('an address that a machine outside of the ring answers for', () => {
  test('is not set, though every voter says yes, and given up with that machine’s name', () => {
    const node = asking();
    node.settleAll('ask-who-has');
    somebodyAnswers(node);
    expect(node.answerTo('c1')).toBeUndefined();
    // That question was asked before the voters said yes: it may have been the holder of before.
    expect(node.open()).toContain('ask-who-has');
    somebodyAnswers(node);
    node.settleAll();
    expect(node.all('add-address')).toEqual([]);
    expect(node.answerTo('c1')).toEqual({ kind: 'refused', reason: REASON });
    expect(serverStatusOf(node.state)).toMatchObject({ holds: [], leases: [], ownAddressProblem: REASON });
  });

  test('is tried again by a member in each interval, told once, and held when it does not answer any more', () => {
    const node = asking();
    for (let times = 0; times < 3; times += 1) {
      node.settleAll('ask-who-has');
      somebodyAnswers(node);
      node.settleAll('ask-who-has');
      if (node.open().includes('ask-who-has')) somebodyAnswers(node);
      node.settleAll();
      expect(node.all('set-timer').filter(({ timer }) => timer === 'own-address')).toHaveLength(times + 1);
      node.pass(10_000);
      node.tell({ kind: 'timer', timer: 'own-address' });
      node.settle('protect-address');
    }
    node.settleAll();
    expect(node.logs().filter((line) => line.includes(PRINTER))).toEqual([`Virtual IP address ${VIP} not changed here: ${REASON}`]);
    const status = serverStatusOf(node.state);
    expect(status).toMatchObject({ holds: [{ vip: VIP, by: 'mail' }], leases: [{ state: 'held' }] });
    expect(status.ownAddressProblem).toBeUndefined();
  });

  test('is asked for again while the voters have not said yes: it may be the holder of before', () => {
    const node = asking();
    somebodyAnswers(node);
    expect(node.all('set-timer').at(-1)).toMatchObject({ timer: `who-has:${VIP}` });
    node.tell({ kind: 'timer', timer: `who-has:${VIP}` });
    node.settleAll();
    expect(node.answerTo('c1')).toEqual({ kind: 'done' });
  });

  test('is asked for at once when the voters say yes while it waits', () => {
    const node = asking();
    somebodyAnswers(node);
    expect(node.open()).not.toContain('ask-who-has');
    node.settleAll('ask-who-has');
    expect(node.open()).toContain('ask-who-has');
    expect(node.all('cancel-timer').map(({ timer }) => timer)).toContain(`who-has:${VIP}`);
  });

  test('is not tried again by who is no member any more, and nothing is said of it', () => {
    const node = asking();
    node.settleAll('ask-who-has');
    somebodyAnswers(node);
    somebodyAnswers(node);
    node.settleAll();
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    node.tell({ kind: 'timer', timer: 'own-address' });
    expect(node.open()).not.toContain('protect-address');
    expect(serverStatusOf(node.state).ownAddressProblem).toBeUndefined();
  });

  test('is not tried again when it was given up meanwhile', () => {
    const node = asking();
    somebodyAnswers(node);
    node.call('ftp', { kind: 'release-own-address' }, 'c2');
    node.settleAll();
    node.tell({ kind: 'timer', timer: `who-has:${VIP}` });
    node.tell({ kind: 'timer', timer: 'own-address' });
    expect(node.open()).toEqual([]);
    expect(node.answerTo('c2')).toEqual({ kind: 'done' });
    expect(serverStatusOf(node.state)).toMatchObject({ holds: [], leases: [] });
  });

  test('is not given to a virtual server: its manager is told which machine has it, and may try another host', () => {
    const node = hosting();
    node.settleAll('ask-who-has');
    somebodyAnswers(node);
    somebodyAnswers(node);
    node.settleAll();
    expect(node.all('add-virtual-server-address')).toEqual([]);
    expect(node.answerTo('c2')).toEqual({ kind: 'refused', reason: REASON });
    expect(serverStatusOf(node.state).leases).toEqual([]);
  });
});

describe('where the operator wants an address to be taken all the same', () => {
  test('it is, and who answers is told', () => {
    const node = asking('take');
    somebodyAnswers(node);
    node.settleAll();
    expect(node.answerTo('c1')).toEqual({ kind: 'done' });
    expect(node.logs()).toContain(`Machine ${PRINTER} answers for virtual IP address ${VIP} on the service network: set here all the same`);
  });

  test('a virtual server may take its time to set it', () => {
    const node = hosting('take');
    somebodyAnswers(node);
    node.settleAll('add-virtual-server-address');
    node.tell({ kind: 'timer', timer: `custody:${FTP_VIP}` });
    expect(node.answerTo('c2')).toBeUndefined();
    node.settleAll();
    expect(node.answerTo('c2')).toMatchObject({ kind: 'address-set' });
  });
});

test('an address is set where the network cannot be asked: the voters exclude the machines of the ring', () => {
  const node = asking();
  node.settle('ask-who-has', 'arping: no such device');
  node.settleAll();
  expect(node.answerTo('c1')).toEqual({ kind: 'done' });
  expect(node.logs()).toContain(`Asking who has ${VIP} failed: arping: no such device`);
});

test('an address that stood there when the agent started is not asked for: it stays', () => {
  const node = new ServerNode(NAMES, 'mail');
  node.started({ held_addresses: [VIP] });
  node.settle('protect-address');
  expect(node.open()).toEqual(expect.arrayContaining(['add-address', 'draw-nonce']));
  expect(node.all('ask-who-has')).toEqual([]);
});
