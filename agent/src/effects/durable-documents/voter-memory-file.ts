import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { voterMemory } from '../../configuration/ownership-values.ts';
import type { VoterMemory } from '../../protocol/ownership/voter-memory.ts';
import { readJson } from './read-document.ts';

/**
 * Where an agent that is stopped leaves what its voter remembers, for the next one of this boot, and for that one alone: on a memory file system, which a reboot
 * empties, and taken away before anybody votes by it.
 */
export class VoterMemoryFile {
  readonly #path: string;
  readonly #warn: (problem: string, error: unknown) => void;

  /**
   * @param path on a memory file system, `/run/dbss/voter-memory.json`
   * @param warn told of what cannot be left or taken: the voter waits then, as after a crash (V1)
   */
  constructor(path: string, warn: (problem: string, error: unknown) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** What the last agent left; undefined where it left nothing that can be used. */
  take(): VoterMemory | undefined {
    try {
      const found = readJson(this.#path);
      if (found === undefined) return undefined;
      rmSync(this.#path);
      return voterMemory(found, '');
    } catch (error) {
      this.#warn(`taking ${this.#path}`, error);
      return undefined;
    }
  }

  /** After the last message was answered. */
  leave(memory: VoterMemory | undefined): void {
    if (memory === undefined) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      const temporary = `${this.#path}.new`;
      writeFileSync(temporary, JSON.stringify(memory), { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch (error) {
      this.#warn(`writing ${this.#path}`, error);
    }
  }
}
