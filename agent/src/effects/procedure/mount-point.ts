import { isBinary } from './named-files.ts';

/**
 * Real and virtual servers may have the shared storage mounted in different places. In captured texts, links and homes the virtual servers' mount point takes
 * the place of the real one.
 */
export class MountPoints {
  readonly #real: string | undefined;
  readonly #virtual: string;
  readonly #pattern: RegExp;

  constructor(real: string | undefined, virtual: string | undefined) {
    this.#real = real === virtual || virtual === undefined ? undefined : real;
    this.#virtual = virtual ?? '';
    const literal = (this.#real ?? '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // `/srv/data` stands in `/srv/data/www` and at a line's end, not in `/srv/database` or `/old/srv/data`.
    this.#pattern = new RegExp(`(?<![\\w./-])${literal}(?![\\w.-])`, 'g');
  }

  text(text: string): string {
    return this.#real === undefined ? text : text.replaceAll(this.#pattern, this.#virtual);
  }

  /** @throws Error when the mount point stands in something that is no text, as in a compiled table */
  content(path: string, content: Buffer): Buffer {
    if (this.#real === undefined || !content.includes(this.#real)) return content;
    if (!isBinary(content)) return Buffer.from(this.text(content.toString('latin1')), 'latin1');
    throw new Error(
      `/${path} holds the mount point ${this.#real} and is no text: give dbss_shared_storage the same mount_point for real and virtual servers, ` +
        'or exclude the file (dbss_capture.excludes)',
    );
  }
}
