import { startDriver, type Driver } from './driver.ts';
import { createNetwork, run, type Network } from './namespaces.ts';
import { addServiceBridge } from './service-bridge.ts';

export const VIP = '198.18.64.111';
export const OTHER_VIP = '198.18.64.112';
export const CLUSTER = 'kernel-lease.test';
/** How late the kernel may be: `kernel_guard_ms` (decision 0312). */
export const GUARD_MS = 10;

export interface Staged {
  readonly mark: number;
  /** On the clock that all processes of this machine share. */
  readonly acknowledged_at_ms: number;
  readonly took_ms: number;
}

/** A server with two protected addresses on its bridge, whose daemons echo on them, and a client that asks. */
export class LeaseNetwork {
  readonly network: Network;
  leases: Driver;
  readonly client: Driver;
  readonly #drivers: Driver[];

  private constructor(network: Network, leases: Driver, client: Driver, drivers: Driver[]) {
    this.network = network;
    this.leases = leases;
    this.client = client;
    this.#drivers = drivers;
  }

  static async create(): Promise<LeaseNetwork> {
    const network = createNetwork(['server', 'client']);
    addServiceBridge(network, 'server', []);
    const leases = await startDriver(network.namespace('server'), 'kernel-lease', CLUSTER);
    for (const address of [VIP, OTHER_VIP]) {
      await leases.ask('protect', address, 'machine');
      run('ip', '-n', network.namespace('server'), 'addr', 'add', `${address}/24`, 'dev', 'br0');
    }
    const echo = await startDriver(network.namespace('server'), 'echo', VIP, OTHER_VIP, network.address('server'));
    const client = await startDriver(network.namespace('client'), 'observer');
    const made = new LeaseNetwork(network, leases, client, [echo, client]);
    for (const address of [VIP, OTHER_VIP]) made.knowNeighbour(address);
    return made;
  }

  async remove(): Promise<void> {
    await Promise.all([this.leases, ...this.#drivers].map((driver) => driver.kill()));
    this.network.remove();
  }

  /** So that what is seen of IP does not depend on ARP, which is looked at by itself. */
  knowNeighbour(address: string): void {
    run('ip', '-n', this.network.namespace('client'), 'neigh', 'replace', address, 'lladdr', this.network.mac('server'), 'dev', 'eth0');
  }

  /** Kill the process that has the leases and start another. */
  async restartLeases(): Promise<void> {
    await this.leases.kill();
    this.leases = await startDriver(this.network.namespace('server'), 'kernel-lease', CLUSTER);
  }

  inServer(...command: string[]): string {
    return run('ip', 'netns', 'exec', this.network.namespace('server'), ...command);
  }

  inClient(...command: string[]): string {
    return run('ip', 'netns', 'exec', this.network.namespace('client'), ...command);
  }

  async lease(address: string, length_ms: number): Promise<Staged> {
    return (await this.leases.ask('lease', address, length_ms)) as Staged;
  }

  async stage(address: string, length_ms: number): Promise<Staged> {
    return (await this.leases.ask('stage', address, length_ms)) as Staged;
  }

  async now_ms(): Promise<number> {
    return (await this.client.ask('now')) as number;
  }

  /** When the questions that were answered during `work` had been sent. */
  async answered(address: string, work: () => Promise<unknown>): Promise<readonly number[]> {
    await this.client.ask('observe', address, 1);
    await work();
    return (await this.client.ask('stopObserving', address)) as number[];
  }

  /** Packets that the rules have dropped since they were loaded. */
  dropped(): number {
    const counts = this.inServer('nft', 'list', 'ruleset').matchAll(/counter packets (\d+)/g);
    return [...counts].reduce((sum, [, packets]) => sum + Number(packets), 0);
  }

  answersArp(address: string): boolean {
    return succeeds(() => this.inClient('arping', '-q', '-f', '-c', '1', '-w', '1', '-I', 'eth0', address));
  }

  async letGo(): Promise<void> {
    await this.leases.ask('stopRenewing');
    for (const address of [VIP, OTHER_VIP]) await this.leases.ask('drop', address);
  }
}

export function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
