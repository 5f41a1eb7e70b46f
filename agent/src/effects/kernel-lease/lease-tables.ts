import { addressesIn, rulesIn } from './listing.ts';
import { NftRefused, type NftSession } from './nft-session.ts';
import {
  addInactive,
  addProtected,
  FAMILIES,
  familiesOf,
  loadRules,
  removeActive,
  removeProtected,
  type Family,
  type LeasePlace,
} from './ruleset.ts';

/** The cluster's tables as they should be: their rules, and the addresses that were given to `protect`. */
export class LeaseTables {
  readonly name: string;
  readonly #taps: string;
  readonly #protected = new Map<string, Set<LeasePlace>>();
  readonly #rules = new Map<Family, string>();

  constructor(name: string, taps: string) {
    this.name = name;
    this.#taps = taps;
  }

  /** @throws Error for an address that is not protected */
  familiesOf(address: string): readonly Family[] {
    const places = this.#protected.get(address);
    if (places === undefined) throw new Error(`${address} is not protected, so it can have no lease`);
    return familiesOf([...places]);
  }

  async protect(session: NftSession, address: string, place: LeasePlace): Promise<void> {
    await session.run(addProtected(this.name, address, place));
    await this.#makeEntries(session, address, familiesOf([place]));
    this.#protected.set(address, (this.#protected.get(address) ?? new Set()).add(place));
  }

  async unprotect(session: NftSession, address: string): Promise<void> {
    this.#protected.delete(address);
    await session.run(removeProtected(this.name, address));
    for (const family of FAMILIES) await unlessRefused(session.run(removeActive(family, this.name, address)));
  }

  /** What of the tables is not there any more, in words. */
  async missing(session: NftSession): Promise<string | undefined> {
    // What is protected while this looks may not be in what it sees.
    const guarded = [...this.#protected];
    for (const family of FAMILIES) {
      let listing: string;
      try {
        listing = await session.run(`list table ${family} ${this.name}`);
      } catch (error) {
        if (error instanceof NftRefused) return `the table ${family} ${this.name} is gone`;
        throw error;
      }
      if (rulesIn(listing) !== this.#rules.get(family)) return `the rules of the table ${family} ${this.name} were changed`;
      for (const [address, places] of guarded) {
        if (!this.#protected.has(address) || !familiesOf([...places]).includes(family)) continue;
        const sets = [...[...places].filter((place) => familiesOf([place]).includes(family)), 'active'];
        const without = sets.find((set) => !addressesIn(listing, set).includes(address));
        if (without !== undefined) return `${address} is missing in ${without} of the table ${family} ${this.name}`;
      }
    }
    return undefined;
  }

  /** Rules and protected addresses in one transaction: there is no moment with the rules and without the addresses. */
  async restore(session: NftSession): Promise<void> {
    const guarded = [...this.#protected].flatMap(([address, places]) =>
      [...places].map((place) => addProtected(this.name, address, place)),
    );
    const load = [loadRules(this.name, this.#taps), ...guarded].join('; ');
    try {
      await session.run(load);
    } catch (error) {
      if (!(error instanceof NftRefused)) throw error;
      // Tables of that name with other contents, of another version: replaced in the same transaction.
      const remove = FAMILIES.map((family) => `add table ${family} ${this.name}; delete table ${family} ${this.name}`);
      await session.run([...remove, load].join('; '));
    }
    for (const [address, places] of this.#protected) await this.#makeEntries(session, address, familiesOf([...places]));
    for (const family of FAMILIES) this.#rules.set(family, rulesIn(await session.run(`list table ${family} ${this.name}`)));
  }

  /** An address that has an entry already keeps it: its lease may run. */
  async #makeEntries(session: NftSession, address: string, families: readonly Family[]): Promise<void> {
    await Promise.all(families.map((family) => unlessRefused(session.run(addInactive(family, this.name, address)))));
  }
}

async function unlessRefused(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof NftRefused)) throw error;
  }
}
