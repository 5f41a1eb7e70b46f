import { virtualServerName } from '@dbss/agent/protocol/management-files/problem.ts';
import type { Host } from './host.ts';

/** Who answers for an address on the service network, and what for. */
export class Network {
  readonly #hosts: ReadonlyMap<string, Host>;
  /** The default gateway can be away. */
  gatewayAnswers = true;
  /** The switch of the service network. */
  serviceSwitch = true;

  constructor(hosts: ReadonlyMap<string, Host>) {
    this.#hosts = hosts;
  }

  /** A real address answers when its machine is on and linked, also when its processes are frozen: the kernel answers. */
  answersPing(asking: Host, address: string): boolean {
    if (!this.#linked(asking)) return false;
    const host = this.#byRealAddress(address);
    if (host === undefined) return address.endsWith('.254') && this.gatewayAnswers;
    return host.on && this.#linked(host);
  }

  serves(asking: Host, address: string, daemon: string): 'serves' | 'refuses' | 'silent' {
    if (address.startsWith('127.')) return asking.daemons.has(daemon) ? 'serves' : 'refuses';
    const real = this.#byRealAddress(address);
    if (real !== undefined) return real.on && this.#reaches(asking, real) ? serving(real, real.daemons.has(daemon)) : 'silent';
    for (const host of this.#hosts.values()) {
      if (!host.on || !this.#reaches(asking, host)) continue;
      if (host.addresses.has(address)) return serving(host, host.daemons.has(daemon));
      const { standby } = host;
      if (standby.state === 'running' && standby.addresses.has(address)) return serving(host, `${standby.procedure ?? ''}d` === daemon);
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

  #byRealAddress(address: string): Host | undefined {
    const last = Number(address.split('.')[3]);
    return last <= this.#hosts.size ? [...this.#hosts.values()][last - 1] : undefined;
  }
}

function serving(host: Host, runs: boolean): 'serves' | 'refuses' | 'silent' {
  if (host.frozen) return 'silent';
  return runs ? 'serves' : 'refuses';
}
