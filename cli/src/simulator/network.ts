import type { ManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import { virtualServerName } from '@dbss/agent/protocol/management-files/problem.ts';
import type { Faults } from './faults.ts';
import type { Host } from './host.ts';

/** Whoever is on the service network and no server; no fault names them, so only a cut from or to everybody concerns them. */
const CLIENTS = 'clients';

/** Who answers for an address on the service network, and what for. */
export class Network {
  readonly #hosts: ReadonlyMap<string, Host>;
  readonly #data: ReadonlyMap<string, ManagementData>;
  readonly #gateway: string;
  readonly #faults: Faults;
  readonly #byRealAddress = new Map<string, Host>();
  /** Whose virtual address it is. Nobody else has it on its own interface; virtual servers may have it. */
  readonly #ownerOf = new Map<string, Host>();
  /** The default gateway can be away. */
  gatewayAnswers = true;
  /** Machines of the service network that are no servers: the virtual addresses that they have by mistake, with their MAC addresses. */
  readonly strangers = new Map<string, string>();
  /** The switch of the service network. */
  serviceSwitch = true;

  readonly #now_ms: () => number;

  constructor(
    hosts: ReadonlyMap<string, Host>,
    data: ReadonlyMap<string, ManagementData>,
    { gateway, faults, now_ms }: { readonly gateway: string; readonly faults: Faults; readonly now_ms: () => number },
  ) {
    this.#now_ms = now_ms;
    this.#hosts = hosts;
    this.#data = data;
    this.#gateway = gateway;
    this.#faults = faults;
    for (const host of hosts.values()) {
      const { realIp, virtualIp } = data.get(host.name) ?? { realIp: '', virtualIp: '' };
      this.#byRealAddress.set(realIp, host);
      this.#ownerOf.set(virtualIp, host);
    }
  }

  /** A real address answers when its machine is on and linked, also when its processes are frozen: the kernel answers. */
  answersPing(asking: Host, address: string): boolean {
    if (!this.#linked(asking)) return false;
    const host = this.#byRealAddress.get(address);
    if (this.#ownerOf.has(address)) return this.#answersAtVirtual(asking, address);
    if (host === undefined) return address === this.#gateway && this.gatewayAnswers && this.#reachesGateway(asking);
    return host.on && this.#reaches(asking, host);
  }

  #answersAtVirtual(asking: Host, address: string): boolean {
    if (this.strangers.has(address)) return true;
    return [...this.#hosts.values()].some(
      (host) => (host.addresses.has(address) || host.standby.addresses.has(address)) && host.on && this.#reaches(asking, host),
    );
  }

  /** MAC address of another machine that answers for an address when this one asks the network; `undefined`: nobody does. */
  otherHolder(asking: Host, address: string): string | undefined {
    if (!this.#linked(asking)) return undefined;
    const other = [...this.#hosts.values()].find(
      (host) =>
        host !== asking &&
        host.on &&
        this.#reaches(asking, host) &&
        (this.#onMachine(host, address) || this.#inVirtualServer(host, address)),
    );
    return other === undefined ? this.strangers.get(address) : this.#data.get(other.name)?.mac;
  }

  /** What an examination of a service meets, and after how long the answer of a slow machine comes. */
  examine(asking: Host, address: string, daemon: string): { answer: 'serves' | 'refuses' | 'silent'; slow_ms: number } {
    const by = (host: Host, runs: boolean): ReturnType<Network['examine']> => ({ answer: serving(host, runs), slow_ms: host.slow_ms });
    if (address.startsWith('127.')) return by(asking, asking.daemons.has(daemon));
    const owner = this.#byRealAddress.get(address) ?? this.#ownerOf.get(address);
    const holds = owner !== undefined && (this.#byRealAddress.has(address) || this.#onMachine(owner, address));
    if (holds && owner.on && this.#reaches(asking, owner)) return by(owner, owner.daemons.has(daemon));
    for (const host of this.#hosts.values()) {
      const { standby } = host;
      if (this.#inVirtualServer(host, address) && host.on && this.#reaches(asking, host))
        return by(host, this.#data.get(standby.procedure ?? '')?.daemons.includes(daemon) === true);
    }
    return { answer: this.#linked(asking) && this.strangers.has(address) ? 'refuses' : 'silent', slow_ms: 0 };
  }

  serves(asking: Host, address: string, daemon: string): 'serves' | 'refuses' | 'silent' {
    return this.examine(asking, address, daemon).answer;
  }

  /** Who answers for a virtual address on the service network: `ftp`, or `ftpb@web2` for a virtual server. */
  holders(vip: string): string[] {
    const owner = this.#ownerOf.get(vip);
    const found = owner?.on === true && this.#linked(owner) && this.#onMachine(owner, vip) ? [owner.name] : [];
    for (const host of this.#hosts.values()) {
      if (this.#inVirtualServer(host, vip) && host.on && this.#linked(host)) found.push(nameOnHost(host));
    }
    return found;
  }

  /**
   * Who serves a server's clients on the service network, as `holders` names it; `undefined` while nobody does. A virtual server that took the address
   * from a machine that does not serve has announced it last.
   */
  servedBy(name: string): string | undefined {
    const data = this.#data.get(name);
    const owner = this.#hosts.get(name);
    if (data === undefined || owner === undefined) return undefined;
    const { virtualIp, daemons } = data;
    const answers = this.#onMachine(owner, virtualIp) && owner.on && this.#servesClients(owner);
    if (answers && !owner.frozen && daemons.every((daemon) => owner.daemons.has(daemon))) return name;
    for (const host of this.#hosts.values()) {
      const { standby } = host;
      if (!this.#inVirtualServer(host, virtualIp)) continue;
      if (host.on && this.#servesClients(host)) return standby.procedure === name && !host.frozen ? nameOnHost(host) : undefined;
    }
    return undefined;
  }

  /** Set on the machine's own interface, and let pass by its kernel. */
  #onMachine(host: Host, address: string): boolean {
    return host.addresses.has(address) && host.kernel.passes(address, 'machine', this.#now_ms());
  }

  /** Set in the virtual server that runs there, and let pass by the machine's kernel. */
  #inVirtualServer({ standby, kernel }: Host, address: string): boolean {
    return standby.state === 'running' && standby.addresses.has(address) && kernel.passes(address, 'tap', this.#now_ms());
  }

  #linked(host: Host): boolean {
    return host.serviceLink && this.serviceSwitch;
  }

  /** Clients need both directions; a machine that is heard and does not hear, or the other way round, may still be a holder. */
  #servesClients(host: Host): boolean {
    return this.#linked(host) && this.#isOpenBothWays(host.name, CLIENTS);
  }

  #isOpenBothWays(one: string, other: string): boolean {
    return this.#faults.isOpen('service', one, other) && this.#faults.isOpen('service', other, one);
  }

  #reaches(asking: Host, host: Host): boolean {
    if (asking === host) return true;
    if (!this.#linked(asking) || !this.#linked(host)) return false;
    return this.#isOpenBothWays(asking.name, host.name);
  }

  #reachesGateway(asking: Host): boolean {
    return this.#isOpenBothWays(asking.name, 'gateway');
  }
}

function nameOnHost(host: Host): string {
  return `${virtualServerName(host.standby.procedure ?? '?')}@${host.name}`;
}

function serving(host: Host, runs: boolean): 'serves' | 'refuses' | 'silent' {
  if (host.frozen) return 'silent';
  return runs ? 'serves' : 'refuses';
}
