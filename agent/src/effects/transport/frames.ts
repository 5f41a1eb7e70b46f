/**
 * Frames on a SEM connection: four bytes with the length of what follows, then JSON in UTF-8. The length comes first so that what is
 * too large is refused before it is taken in.
 */
export const LARGEST_FRAME_BYTES = 1_048_576;
const HEAD_BYTES = 4;

/** The other side does not keep to the frames; the connection is of no more use. */
export class FrameError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'FrameError';
  }
}

/** @throws FrameError when the value is larger than a frame may be */
export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  if (body.length > LARGEST_FRAME_BYTES) {
    throw new FrameError(`a message of ${String(body.length)} bytes is larger than ${String(LARGEST_FRAME_BYTES)}`);
  }
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** Puts frames together again from the pieces in which they arrive. Holds one frame at most. */
export class FrameDecoder {
  #pieces: Buffer[] = [];
  #held_bytes = 0;

  /**
   * Values of the frames that are complete with this piece.
   *
   * @throws FrameError when a frame is empty, too large or no JSON
   */
  push(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#held_bytes += piece.length;
    const values: unknown[] = [];
    for (;;) {
      const length = this.#nextLength();
      if (length === undefined || this.#held_bytes < HEAD_BYTES + length) return values;
      const [only, ...more] = this.#pieces;
      const held = only !== undefined && more.length === 0 ? only : Buffer.concat(this.#pieces);
      values.push(parsed(held.subarray(HEAD_BYTES, HEAD_BYTES + length)));
      const rest = held.subarray(HEAD_BYTES + length);
      this.#pieces = rest.length === 0 ? [] : [rest];
      this.#held_bytes = rest.length;
    }
  }

  #nextLength(): number | undefined {
    if (this.#held_bytes < HEAD_BYTES) return undefined;
    const [first] = this.#pieces;
    if (first === undefined || first.length < HEAD_BYTES) this.#pieces = [Buffer.concat(this.#pieces)];
    const length = this.#pieces[0]?.readUInt32BE() ?? 0;
    if (length === 0 || length > LARGEST_FRAME_BYTES) throw new FrameError(`a frame of ${String(length)} bytes`);
    return length;
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new FrameError('a frame that is no JSON', { cause });
  }
}
