import type { ManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import { virtualServerName } from '@dbss/agent/protocol/management-files/problem.ts';
import type { Host } from './host.ts';

/** Who answers for an address on the service network, and what for. */
export class Network {
  readonly #hosts: ReadonlyMap<string, Host>;
  readonly #gateway: string;
  readonly #byRealAddress = new Map<string, Host>();
  /** Whose virtual address it is. Nobody else has it on its own interface; virtual servers may have it. */
  readonly #ownerOf = new Map<string, Host>();
  /** The default gateway can be away. */
  gatewayAnswers = true;
  /** The switch of the service network. */
  serviceSwitch = true;

  constructor(hosts: ReadonlyMap<string, Host>, data: ReadonlyMap<string, ManagementData>, gateway: string) {
    this.#hosts = hosts;
    this.#gateway = gateway;
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
    if (host === undefined) return address === this.#gateway && this.gatewayAnswers;
    return host.on && this.#linked(host);
  }

  serves(asking: Host, address: string, daemon: string): 'serves' | 'refuses' | 'silent' {
    if (address.startsWith('127.')) return asking.daemons.has(daemon) ? 'serves' : 'refuses';
    const real = this.#byRealAddress.get(address);
    if (real !== undefined) return real.on && this.#reaches(asking, real) ? serving(real, real.daemons.has(daemon)) : 'silent';
    const owner = this.#ownerOf.get(address);
    if (owner?.on === true && owner.addresses.has(address) && this.#reaches(asking, owner))
      return serving(owner, owner.daemons.has(daemon));
    for (const host of this.#hosts.values()) {
      const { standby } = host;
      if (standby.state === 'running' && standby.addresses.has(address) && host.on && this.#reaches(asking, host))
        return serving(host, `${standby.procedure ?? ''}d` === daemon);
    }
    return 'silent';
  }

  /** Who answers for a virtual address on the service network: `ftp`, or `ftpb@web2` for a virtual server. */
  holders(vip: string): string[] {
    return [...this.#hosts.values()]
      .filter((host) => host.on && this.#linked(host))
      .flatMap((host) => [
        ...(host.addresses.has(vip) ? [host.name] : []),
        ...(host.standby.state === 'running' && host.standby.addresses.has(vip)
          ? [`${virtualServerName(host.standby.procedure ?? '?')}@${host.name}`]
          : []),
      ]);
  }

  #linked(host: Host): boolean {
    return host.serviceLink && this.serviceSwitch;
  }

  #reaches(asking: Host, host: Host): boolean {
    return asking === host || (this.#linked(asking) && this.#linked(host));
  }
}

function serving(host: Host, runs: boolean): 'serves' | 'refuses' | 'silent' {
  if (host.frozen) return 'silent';
  return runs ? 'serves' : 'refuses';
}
