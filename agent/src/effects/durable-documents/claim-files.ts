import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claim as readClaim } from '../../configuration/ownership-values.ts';
import type { Claim } from '../../protocol/ownership/claim.ts';
import { readJson } from './read-document.ts';

const SUFFIX = '.json';
const IN_GUEST = '.guest';

/**
 * Claims of this boot, one file an address, on a memory file system: a reboot, which ends all leases, loses them, and an agent's restart does not. Small
 * and in memory: written at once, in the order in which it was asked for.
 */
export class ClaimFiles {
  readonly #directory: string;

  /** @param directory on a memory file system, `/run/dbss/claims` */
  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** @throws Error naming a file that is damaged: what it claims may hold, and nobody knows what it is */
  all(): Claim[] {
    return readdirSync(this.#directory)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => {
        const path = join(this.#directory, name);
        try {
          return readClaim(readJson(path), '');
        } catch (cause) {
          throw new Error(`${path} is damaged: restart the machine, which ends every lease that it may have`, { cause });
        }
      });
  }

  /** Addresses that were set in the virtual server under the claim that is there. */
  inGuest(): string[] {
    const names = readdirSync(this.#directory).filter((name) => name.endsWith(IN_GUEST));
    return names.map((name) => name.slice(0, -IN_GUEST.length));
  }

  /** An address is set in the virtual server. It is noted for as long as its claim is there. */
  noteInGuest(address: string): void {
    writeFileSync(join(this.#directory, `${address}${IN_GUEST}`), '', { mode: 0o600 });
  }

  /**
   * Replace the claim for an address, atomically; `undefined` deletes it.
   * @throws Error when that fails; the old one stands
   */
  store(address: string, claim: Claim | undefined): void {
    const path = join(this.#directory, `${address}${SUFFIX}`);
    if (claim === undefined) {
      rmSync(join(this.#directory, `${address}${IN_GUEST}`), { force: true });
      rmSync(path, { force: true });
      return;
    }
    const temporary = join(this.#directory, `.${address}.new`);
    writeFileSync(temporary, JSON.stringify(claim), { mode: 0o600 });
    renameSync(temporary, path);
  }
}
