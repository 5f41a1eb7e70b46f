import type { OwnershipMessage } from '@dbss/agent/protocol/ownership/ownership-messages.ts';
import type { NetworkName } from './faults.ts';
import type { Machine } from './machine.ts';
import type { Surroundings } from './surroundings.ts';

const NETWORKS: readonly NetworkName[] = ['sem', 'service'];
/** So many datagrams wait in the socket of a frozen agent; the kernel drops what comes after. */
const SOCKET_DATAGRAMS = 300;

/** Datagrams between holders and voters: one a network for each message, lost, late, doubled and out of order as chance and faults will have it. */
export class Datagrams {
  readonly #world: Surroundings;
  readonly #switchOf: Readonly<Record<NetworkName, () => boolean>>;

  constructor(world: Surroundings, switchOf: Readonly<Record<NetworkName, () => boolean>>) {
    this.#world = world;
    this.#switchOf = switchOf;
  }

  send(from: Machine, toName: string, message: OwnershipMessage): void {
    const world = this.#world;
    const to = world.machine(toName);
    if (to === undefined) return;
    const { faults } = world;
    const disturbed = faults.disturbance !== undefined || faults.hasCuts;
    const ways = NETWORKS.filter((network) => this.#passes(network, from, to));
    // While nothing disturbs them the second one would come at the same time and say the same.
    for (const network of disturbed ? ways : ways.slice(0, 1)) {
      if (faults.losesDatagram()) continue;
      this.#deliver(network, from, to, message);
      if (faults.duplicates()) this.#deliver(network, from, to, message);
    }
  }

  #deliver(network: NetworkName, from: Machine, to: Machine, message: OwnershipMessage): void {
    const world = this.#world;
    world.at(world.durations.message + world.faults.delayNow(), () => {
      if (!this.#passes(network, from, to)) return;
      if (to.frozen && to.frozenEvents.length >= SOCKET_DATAGRAMS) return;
      world.tell(to, { kind: 'datagram', from: from.name, message });
    });
  }

  /** What is on its way arrives also when its sender has died meanwhile. */
  #passes(network: NetworkName, from: Machine, to: Machine): boolean {
    const linked = network === 'sem' ? from.semLink && to.semLink : from.serviceLink && to.serviceLink;
    return linked && this.#switchOf[network]() && this.#world.faults.isOpen(network, from.name, to.name);
  }
}
