import { isDeepStrictEqual } from 'node:util';
import { contentOf, type MemoryDisk, type MemoryDiskContent, type MemoryDiskName, type Snapshot } from './memory-disk.ts';

/** The executor system looks at the memory disk once a second (§3.2). */
const LOOK_EVERY_MS = 1_000;

/** What the watch tells: changes that others made, and looks that failed. */
export interface MemoryDiskListener {
  readonly changed: (content: MemoryDiskContent) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Looks at the memory disk and tells what others changed there. The first look is always told. What is written through the watch is
 * known to the one who wrote it and is not told.
 */
export class MemoryDiskWatch {
  readonly #disk: MemoryDisk;
  readonly #listener: MemoryDiskListener;
  #known: Snapshot | undefined;
  /** What could not be written, and what lay there instead. */
  readonly #unwritten = new Map<MemoryDiskName, { readonly content: string; readonly instead: string | undefined }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(disk: MemoryDisk, listener: MemoryDiskListener) {
    this.#disk = disk;
    this.#listener = listener;
  }

  /** Look now and then once a second. */
  start(): void {
    this.look();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    let found: Snapshot;
    try {
      found = this.#writeAgain(this.#disk.look());
    } catch (error) {
      this.#listener.failed(error);
      return;
    }
    const known = this.#known;
    if (known !== undefined && isDeepStrictEqual(found, known)) return;
    this.#known = found;
    // A part of the management files is as good as none: nothing to tell until the last one is there.
    if (known === undefined || !isDeepStrictEqual(contentOf(found), contentOf(known))) this.#listener.changed(contentOf(found));
  }

  /**
   * Write a file on the protocol's behalf. What cannot be written is tried again at each look, so that the files there become those in force as soon as
   * the disk has room.
   *
   * @throws Error when it cannot be written now
   */
  write(name: MemoryDiskName, content: string): void {
    const instead = this.#unwritten.get(name)?.instead ?? this.#known?.get(name);
    this.#known = new Map([...(this.#known ?? []), [name, content]]);
    this.#unwritten.set(name, { content, instead });
    this.#disk.write(name, content);
    this.#unwritten.delete(name);
  }

  /** What the disk would hold if it had taken everything. What others wrote anew meanwhile is theirs. */
  #writeAgain(found: Snapshot): Snapshot {
    if (this.#unwritten.size === 0) return found;
    const wanted = new Map(found);
    for (const [name, { content, instead }] of this.#unwritten) {
      if (found.get(name) !== instead) this.#unwritten.delete(name);
      else {
        wanted.set(name, content);
        if (this.#isWritten(name, content)) this.#unwritten.delete(name);
      }
    }
    return wanted;
  }

  /** That it still cannot be written is no news. */
  #isWritten(name: MemoryDiskName, content: string): boolean {
    try {
      this.#disk.write(name, content);
      return true;
    } catch {
      return false;
    }
  }
}
