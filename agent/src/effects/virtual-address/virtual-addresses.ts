import { isIPv4 } from 'node:net';
import { reasonOf } from '../reason-of.ts';
import { GratuitousArp } from './gratuitous-arp.ts';
import { interfaceAddresses, ip } from './interface-addresses.ts';

/**
 * Virtual addresses on the service interface (§2.1). Work on the interface is done in the order in which it was asked for: an address
 * that is added and removed in short order ends up removed.
 */
export class VirtualAddresses {
  readonly #interface: string;
  readonly #announcements: GratuitousArp;
  #work: Promise<unknown> = Promise.resolve();

  constructor(networkInterface: string, report: (problem: string) => void) {
    this.#interface = networkInterface;
    this.#announcements = new GratuitousArp(report);
  }

  /** Addresses that the interface has now. */
  async held(): Promise<string[]> {
    return (await interfaceAddresses(this.#interface)).map((held) => held.address);
  }

  /**
   * Set the address and announce it by gratuitous ARP. An address that is set already is announced again.
   *
   * @throws Error when the interface does not have the address afterwards
   */
  async add(address: string, prefix_length: number): Promise<void> {
    requireAddress(address);
    await this.#inOrder(async () => {
      await this.#tryUntilHeld(address, prefix_length);
      this.#announcements.announce(address, this.#interface);
    });
  }

  /**
   * Remove the address. An address that is not there is no error.
   *
   * @throws Error when the interface still has the address afterwards
   */
  async remove(address: string): Promise<void> {
    requireAddress(address);
    await this.#inOrder(async () => {
      this.#announcements.stop(address);
      for (const held of await interfaceAddresses(this.#interface)) {
        if (held.address === address) await ip(['addr', 'del', `${address}/${String(held.prefix_length)}`, 'dev', this.#interface]);
      }
      if ((await this.held()).includes(address)) throw new Error(`${address} is still on ${this.#interface}`);
    });
  }

  /** End announcements; the addresses stay. */
  close(): void {
    this.#announcements.stopAll();
  }

  /** Adding first and looking afterwards saves a process where the address is new, which is when time matters. */
  async #tryUntilHeld(address: string, prefix_length: number): Promise<void> {
    let complaint = '';
    try {
      await ip(['addr', 'add', `${address}/${String(prefix_length)}`, 'dev', this.#interface]);
    } catch (error) {
      complaint = `: ${reasonOf(error)}`;
    }
    if (!(await this.held()).includes(address)) throw new Error(`${address} could not be set on ${this.#interface}${complaint}`);
  }

  async #inOrder(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(work);
    this.#work = turn.catch(() => undefined);
    await turn;
  }
}

function requireAddress(address: string): void {
  if (!isIPv4(address)) throw new Error(`not an IPv4 address: ${address}`);
}
