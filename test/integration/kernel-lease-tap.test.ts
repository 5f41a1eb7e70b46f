import { startDriver, type Driver } from './support/driver.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';
import { addGuest, addServiceBridge } from './support/service-bridge.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of the virtual server: its own address, and the virtual one that it may have a lease for. */
const VIRTUAL_SERVER = '198.18.64.211';
const VIP = '198.18.64.111';
/** Held by another machine of the network. */
const VIP_ELSEWHERE = '198.18.64.112';
const LENGTH_MS = 1_500;

describeAsRoot('a lease of an address behind a tap', () => {
  let network: Network;
  let leases: Driver;
  let guest: { readonly namespace: string; readonly remove: () => void } | undefined;
  const drivers: Driver[] = [];
  let observer: Driver;
  const answers = (from: string, address: string): boolean => {
    try {
      run('ip', 'netns', 'exec', from, 'ping', '-c1', '-W1', address);
      return true;
    } catch {
      return false;
    }
  };
  const arpAnswers = (from: string, networkInterface: string, address: string): boolean => {
    try {
      run('ip', 'netns', 'exec', from, 'arping', '-q', '-f', '-c', '1', '-w', '1', '-I', networkInterface, address);
      return true;
    } catch {
      return false;
    }
  };

  const announce = (from: string, address: string): void => {
    try {
      run('ip', 'netns', 'exec', from, 'arping', '-q', '-A', '-c', '1', '-w', '1', '-I', 'eth0', address);
    } catch {
      // Nobody answers an announcement.
    }
  };

  beforeAll(async () => {
    network = createNetwork(['server', 'client', 'elsewhere']);
    addServiceBridge(network, 'server', []);
    leases = await startDriver(network.namespace('server'), 'kernel-lease', 'tap.test');
    observer = await startDriver(network.namespace('client'), 'observer');
    drivers.push(leases, observer);
    for (const address of [VIP, VIP_ELSEWHERE]) await leases.ask('protect', address, 'tap');
    guest = addGuest(network, 'server', [VIRTUAL_SERVER, VIP, VIP_ELSEWHERE]);
    drivers.push(await startDriver(guest.namespace, 'echo', VIRTUAL_SERVER, VIP));
    run('ip', '-n', network.namespace('elsewhere'), 'addr', 'add', `${VIP_ELSEWHERE}/24`, 'dev', 'eth0');
  });
  afterAll(async () => {
    await Promise.all(drivers.map((driver) => driver.kill()));
    guest?.remove();
    network.remove();
  });

  test('without one it answers neither the network nor its own host, in IP and ARP', () => {
    expect(arpAnswers(network.namespace('client'), 'eth0', VIP)).toBe(false);
    expect(arpAnswers(network.namespace('server'), 'br0', VIP)).toBe(false);
    expect(answers(network.namespace('client'), VIP)).toBe(false);
    expect(answers(network.namespace('server'), VIP)).toBe(false);
  });

  test('without one nothing leaves from it, and its real address is open both ways', () => {
    const { namespace } = guest!;
    expect(answers(namespace, network.address('client'))).toBe(true);
    expect(answers(network.namespace('client'), VIRTUAL_SERVER)).toBe(true);
    expect(answers(network.namespace('server'), VIRTUAL_SERVER)).toBe(true);
    expect(() => run('ip', 'netns', 'exec', namespace, 'ping', '-c1', '-W1', '-I', VIP, network.address('client'))).toThrow(
      'Command failed',
    );
    run('ip', 'netns', 'exec', network.namespace('client'), 'sysctl', '-qw', 'net.ipv4.conf.eth0.arp_accept=1');
    announce(namespace, VIP);
    expect(run('ip', '-n', network.namespace('client'), 'neigh', 'show', VIP)).not.toContain('lladdr');
  });

  test('with one it answers both until the lease is over, and not later than the guard', async () => {
    await leases.ask('lease', VIP, 5_000);
    expect(arpAnswers(network.namespace('client'), 'eth0', VIP)).toBe(true);
    expect(arpAnswers(network.namespace('server'), 'br0', VIP)).toBe(true);
    expect(answers(network.namespace('client'), VIP)).toBe(true);
    expect(answers(network.namespace('server'), VIP)).toBe(true);
    await leases.ask('drop', VIP);
    const observation = await observer.ask('observe', VIP, 1);
    const { acknowledged_at_ms } = (await leases.ask('lease', VIP, LENGTH_MS)) as { acknowledged_at_ms: number };
    await sleep(LENGTH_MS + 150);
    const answered = (await observer.ask('stop', observation)) as number[];
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.at(-1)).toBeLessThanOrEqual(acknowledged_at_ms + LENGTH_MS + 10);
    expect(answers(network.namespace('server'), VIP)).toBe(false);
  });

  test('closes nothing of another holder on the network, to another virtual server on this host either', () => {
    // A virtual server that this host had before was the holder; the one that it has now may be its client.
    const { namespace } = guest!;
    run('ip', '-n', namespace, 'addr', 'del', `${VIP_ELSEWHERE}/24`, 'dev', 'eth0');
    expect(arpAnswers(namespace, 'eth0', VIP_ELSEWHERE)).toBe(true);
    expect(answers(namespace, VIP_ELSEWHERE)).toBe(true);
    expect(answers(network.namespace('server'), VIP_ELSEWHERE)).toBe(true);
    expect(answers(network.namespace('client'), VIP_ELSEWHERE)).toBe(true);
    expect(run('ip', '-n', network.namespace('server'), 'neigh', 'show', VIP_ELSEWHERE)).toContain(network.mac('elsewhere'));
  });

  test('lets a virtual server hear that another address has moved', () => {
    const { namespace } = guest!;
    expect(run('ip', '-n', namespace, 'neigh', 'show', VIP_ELSEWHERE)).toContain(network.mac('elsewhere'));
    run('ip', '-n', network.namespace('elsewhere'), 'addr', 'del', `${VIP_ELSEWHERE}/24`, 'dev', 'eth0');
    run('ip', '-n', network.namespace('client'), 'addr', 'add', `${VIP_ELSEWHERE}/24`, 'dev', 'eth0');
    announce(network.namespace('client'), VIP_ELSEWHERE);
    expect(run('ip', '-n', namespace, 'neigh', 'show', VIP_ELSEWHERE)).toContain(network.mac('client'));
  });
});
