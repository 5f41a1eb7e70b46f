import { Writable } from 'node:stream';

/** Files of checks are small: more than this is a wrong one. */
export const LARGEST_FILE_BYTES = 65_536;

/** Takes in a file that a library writes to a stream; one that is too large ends with an error. */
export class FileCollector extends Writable {
  readonly #chunks: Buffer[] = [];
  #size_bytes = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#size_bytes += chunk.length;
    if (this.#size_bytes > LARGEST_FILE_BYTES) {
      done(new Error(`the file is larger than ${String(LARGEST_FILE_BYTES)} bytes`));
      return;
    }
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
