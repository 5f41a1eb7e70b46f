import type { DuplicateAddressPolicy } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import { serverStatusOf } from '@dbss/agent/protocol/server/server-status.ts';
import { LEASE_PROFILES } from '../../../cli/src/inventory/lease-profiles.ts';
import { ownershipOf } from '../../../cli/src/simulator/made-ring.ts';
import { ServerNode } from '../../support/server-node.ts';

const NAMES = ['mail', 'ftp', 'web1'];
const VIP = '198.18.0.101';
const FTP_VIP = '198.18.0.102';
const PRINTER = '02:00:00:00:00:77';

/** mail, which asks the network who has its own address. */
function asking(duplicate_address: DuplicateAddressPolicy = 'refuse'): ServerNode {
  const ownership = { ...ownershipOf(NAMES, { lease: LEASE_PROFILES.paper, witness: false }), duplicate_address };
  const node = ServerNode.voting(NAMES, 'mail', { ownership });
  node.call('ftp', { kind: 'take-own-address', vip: VIP });
  node.settle('protect-address');
  return node;
}

function somebodyAnswers(node: ServerNode): void {
  node.settle('ask-who-has', `${PRINTER} has it`, PRINTER);
}

describe('an address that a machine outside of the ring answers for', () => {
  test('is not set, though every voter says yes, and the machine is named', () => {
    const node = asking();
    somebodyAnswers(node);
    node.settleAll();
    expect(node.all('add-address')).toEqual([]);
    expect(node.answerTo('c1')).toBeUndefined();
    expect(node.logs()).toContain(
      `Machine ${PRINTER} answers for virtual IP address ${VIP} on the service network: not set here while it does`,
    );
    expect(serverStatusOf(node.state)).toMatchObject({ holds: [], leases: [{ vip: VIP, state: 'taken', answeredBy: PRINTER }] });
  });

  test('is set when it does not answer any more; it is told once', () => {
    const node = asking();
    for (let times = 0; times < 3; times += 1) {
      somebodyAnswers(node);
      node.settleAll('ask-who-has');
      node.tell({ kind: 'timer', timer: `who-has:${VIP}` });
    }
    node.settleAll();
    expect(node.answerTo('c1')).toEqual({ kind: 'done' });
    expect(serverStatusOf(node.state).leases).toMatchObject([{ state: 'held', answeredBy: undefined }]);
    expect(node.logs().filter((line) => line.includes(PRINTER))).toHaveLength(1);
  });

  test('is set all the same where the operator wants that, and is told', () => {
    const node = asking('take');
    somebodyAnswers(node);
    node.settleAll();
    expect(node.answerTo('c1')).toEqual({ kind: 'done' });
    expect(node.logs()).toContain(`Machine ${PRINTER} answers for virtual IP address ${VIP} on the service network: set here all the same`);
  });

  test('is given up while it is asked for, and not asked for any more', () => {
    const node = asking();
    somebodyAnswers(node);
    node.call('ftp', { kind: 'release-own-address' }, 'c2');
    node.settleAll();
    node.tell({ kind: 'timer', timer: `who-has:${VIP}` });
    expect(node.open()).not.toContain('ask-who-has');
    expect(node.answerTo('c2')).toEqual({ kind: 'done' });
  });

  test('is not given to a virtual server: its manager is told which machine has it', () => {
    const node = ServerNode.voting(NAMES, 'mail');
    node.call('web1', { kind: 'create-virtual-server', target: 'ftp' });
    node.settleAll();
    node.call('web1', { kind: 'set-virtual-address', target: 'ftp' }, 'c2');
    node.settle('protect-address');
    somebodyAnswers(node);
    node.settleAll();
    node.tell({ kind: 'timer', timer: `custody:${FTP_VIP}` });
    node.settleAll();
    expect(node.all('add-virtual-server-address')).toEqual([]);
    expect(node.answerTo('c2')).toEqual({ kind: 'refused', reason: `machine ${PRINTER} answers for it` });
    expect(serverStatusOf(node.state).leases).toEqual([]);
  });
});

test('an address is set where the network cannot be asked: the voters exclude the machines of the ring', () => {
  const node = asking();
  node.settle('ask-who-has', 'arping: no such device');
  node.settleAll();
  expect(node.answerTo('c1')).toEqual({ kind: 'done' });
  expect(node.logs()).toContain(`Asking who has ${VIP} failed: arping: no such device`);
});
