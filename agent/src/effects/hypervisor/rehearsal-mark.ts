import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAbsent } from '../is-absent.ts';

/**
 * A file that lies beside the standby's disk as long as its present life has been rehearsed and given random numbers of its own: a guest whose memory has just been
 * restored looks the same from outside, suspended with its link down.
 */
export class RehearsalMark {
  readonly #file: string;

  /** @param standby directory of the standby's own files */
  constructor(standby: string) {
    this.#file = path.join(standby, 'rehearsed');
  }

  async set(): Promise<void> {
    await writeFile(this.#file, '', { mode: 0o600 });
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  /** @throws Error when the file system does not say */
  async isSet(): Promise<boolean> {
    const found = await stat(this.#file).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    return found !== undefined;
  }
}
