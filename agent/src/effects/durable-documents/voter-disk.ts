import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { voterDocument } from '../../configuration/ownership-values.ts';
import type { VoterDocument } from '../../protocol/ownership/voter-document.ts';
import { readJson } from './read-document.ts';

/**
 * What a voter keeps on disk: who it is, who votes, and what it granted. A voter that forgot what it granted could grant it twice, so each change is
 * on the disk before anybody hears of it, and a file that is damaged is never taken for one that is not there.
 */
export class VoterDisk {
  readonly #path: string;
  #writing: Promise<unknown> = Promise.resolve();

  /** @param directory on a disk, `/var/lib/dbss/voter` */
  constructor(directory: string) {
    this.#path = join(directory, 'document.json');
  }

  /**
   * The document. Where there is none the disk is new, and so is the voter: it gets an identity of its own.
   *
   * @throws Error naming the file and what to do when it cannot be read or is damaged
   */
  async load(): Promise<VoterDocument> {
    let found: unknown;
    try {
      found = readJson(this.#path);
      if (found !== undefined) {
        // An agent that was stopped may have replaced it and not waited until that is on the disk.
        await synced(this.#path);
        await synced(dirname(this.#path));
        return voterDocument(found, '');
      }
    } catch (cause) {
      throw new Error(
        `${this.#path} is damaged, and a voter that has forgotten its votes must not vote under its old name: ` +
          'move the file away and restart the agent; it is another voter then, which the ring takes in when it separates and returns this machine',
        { cause },
      );
    }
    const document: VoterDocument = { uuid: randomUUID(), configuration: undefined, granted: {} };
    await this.store(document);
    return document;
  }

  /**
   * Replace the document. On the disk, folder entry included, when this ends; writes keep their order.
   *
   * @throws Error when it cannot be written; the old document stands
   */
  async store(document: VoterDocument): Promise<void> {
    const turn = this.#writing.then(() => this.#write(`${JSON.stringify(document)}\n`));
    this.#writing = turn.catch(() => undefined);
    await turn;
  }

  async #write(text: string): Promise<void> {
    const directory = dirname(this.#path);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    await synced(directory);
  }
}

async function synced(path: string): Promise<void> {
  const opened = await open(path, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
