/** How far behind the newest one a counter may come: the networks may differ in their delay by that many datagrams. */
const WINDOW = 1_024;

/** `copy`: the same datagram by the other network, which is how each is sent. */
export type Novelty = 'new' | 'copy' | 'replayed';

/** Counters of one incarnation that were seen, and by which networks. */
export class ReplayWindow {
  #newest: number;
  readonly #floor: number;
  readonly #seen = new Map<number, Set<string>>();

  /** @param floor counters up to here count as seen */
  constructor(floor: number) {
    this.#floor = floor;
    this.#newest = floor;
  }

  /** @param network by which it came */
  take(counter: number, network: string): Novelty {
    if (counter <= this.#floor || counter <= this.#newest - WINDOW) return 'replayed';
    const networks = this.#seen.get(counter);
    if (networks !== undefined) {
      if (networks.has(network)) return 'replayed';
      networks.add(network);
      return 'copy';
    }
    this.#seen.set(counter, new Set([network]));
    this.#newest = Math.max(this.#newest, counter);
    if (this.#seen.size > WINDOW) for (const old of this.#seen.keys()) if (old <= this.#newest - WINDOW) this.#seen.delete(old);
    return 'new';
  }
}
