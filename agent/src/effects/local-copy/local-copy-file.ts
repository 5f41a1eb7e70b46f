import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent } from '../is-absent.ts';

const LARGEST_COPY_BYTES = 4_194_304;
const RETRY_MS = 10_000;

/**
 * The copy of the management files on disk. A write does not hold the agent up, however slow the disk is: the last content wins, one write at a time, and
 * what could not be written is tried again.
 */
export class LocalCopyFile {
  readonly #path: string;
  readonly #failed: (error: unknown) => void;
  #wanted: string | undefined;
  #writing = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(path: string, failed: (error: unknown) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  /** @throws Error when it is there but cannot be read or is unreasonably large */
  async read(): Promise<string | undefined> {
    try {
      const { size } = await stat(this.#path);
      if (size > LARGEST_COPY_BYTES) throw new Error(`${this.#path} is larger than ${String(LARGEST_COPY_BYTES)} bytes`);
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Replace the copy durably: after a power cut the old or the new one is there. */
  write(content: string): void {
    this.#wanted = content;
    clearTimeout(this.#retry);
    if (!this.#writing) void this.#writeWanted();
  }

  /** Nothing is tried again. */
  close(): void {
    clearTimeout(this.#retry);
  }

  async #writeWanted(): Promise<void> {
    this.#writing = true;
    while (this.#wanted !== undefined) {
      const content = this.#wanted;
      try {
        await this.#replace(content);
        if (this.#wanted === content) this.#wanted = undefined;
      } catch (error) {
        this.#failed(error);
        this.#retry = setTimeout(() => void this.#writeWanted(), RETRY_MS).unref();
        break;
      }
    }
    this.#writing = false;
  }

  async #replace(content: string): Promise<void> {
    const temporary = `${this.#path}.tmp`;
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    const directory = await open(dirname(this.#path), 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}
