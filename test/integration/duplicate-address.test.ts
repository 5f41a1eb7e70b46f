import { startDriver, type Driver } from './support/driver.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';
import { addServiceBridge } from './support/service-bridge.ts';

const VIP = '198.18.64.111';

interface Found {
  readonly mac: string | undefined;
  readonly elapsed_ms: number;
}

describeAsRoot('before an address is claimed', () => {
  let network: Network;
  let server: Driver;
  const holder = (address = VIP, limit_ms = 300, at = 'br0'): Promise<Found> =>
    server.ask('holderOf', address, at, limit_ms) as Promise<Found>;

  beforeAll(async () => {
    network = createNetwork(['server', 'other', 'client']);
    addServiceBridge(network, 'server', []);
    server = await startDriver(network.namespace('server'), 'kernel-lease', 'duplicate');
  });
  afterAll(async () => {
    await server.kill();
    network.remove();
  });

  test('nobody who has it is found within the limit', async () => {
    const { mac, elapsed_ms } = await holder();
    expect(mac).toBeUndefined();
    expect(elapsed_ms).toBeGreaterThanOrEqual(290);
    expect(elapsed_ms).toBeLessThan(2_000);
  });

  test('who has it is found, also while it is protected here, and no neighbour learns anything from the question', async () => {
    run('ip', '-n', network.namespace('other'), 'addr', 'add', `${VIP}/24`, 'dev', 'eth0');
    run('ip', 'netns', 'exec', network.namespace('client'), 'ping', '-c1', '-W2', VIP);
    await server.ask('protect', VIP, 'machine');
    expect((await holder(VIP, 3_000)).mac).toBe(network.mac('other'));
    expect(run('ip', '-n', network.namespace('client'), 'neigh', 'show', VIP)).toContain(network.mac('other'));
  });

  test('one who holds it without a lease in the kernel is not found: it answers nobody', async () => {
    const other = await startDriver(network.namespace('other'), 'kernel-lease', 'duplicate');
    await other.ask('protect', VIP, 'machine');
    expect((await holder(VIP, 500)).mac).toBeUndefined();
    await other.kill();
  });

  test('what cannot be asked is an error', async () => {
    await expect(holder(VIP, 300, 'no-such-port')).rejects.toThrow('it cannot be asked on no-such-port who has 198.18.64.111: arping');
    await expect(holder('-V')).rejects.toThrow('not an IPv4 address');
  });
});
