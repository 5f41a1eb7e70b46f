/**
 * Frames on a SEM connection: four bytes with the length of what follows, then JSON in UTF-8. The length comes first so that what is
 * too large is refused before it is taken in.
 */
export const LARGEST_FRAME_BYTES = 1_048_576;
const HEAD_BYTES = 4;
/** What a connection keeps between frames. */
const SMALL_BYTES = 4_096;

/** The other side does not keep to the frames; the connection is of no more use. */
export class FrameError extends Error {
  readonly kind: 'malformed' | 'oversized';

  constructor(kind: FrameError['kind'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'FrameError';
    this.kind = kind;
  }
}

/** @throws FrameError when the value is larger than a frame may be */
export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  if (body.length > LARGEST_FRAME_BYTES) {
    throw new FrameError('oversized', `a message of ${String(body.length)} bytes is larger than ${String(LARGEST_FRAME_BYTES)}`);
  }
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** A frame that has come whole. */
export interface Frame {
  readonly value: unknown;
  /** On the wire, the length included. */
  readonly bytes: number;
}

/**
 * Puts frames together again from the pieces in which they arrive. The pieces are copied into one buffer that grows with what has really
 * come: neither a head that promises much nor a frame in very small pieces costs more than its bytes.
 */
export class FrameDecoder {
  #storage = Buffer.allocUnsafe(SMALL_BYTES);
  #start = 0;
  #end = 0;

  /** Bytes that have come of frames which were not taken yet. */
  get held_bytes(): number {
    return this.#end - this.#start;
  }

  push(piece: Buffer): void {
    this.#makeRoom(piece.length);
    this.#end += piece.copy(this.#storage, this.#end);
  }

  /**
   * Whether a whole frame is here.
   *
   * @throws FrameError when the next frame is empty or too large
   */
  isReady(): boolean {
    const length = this.#length();
    return length !== undefined && this.held_bytes >= HEAD_BYTES + length;
  }

  /**
   * The next frame, or `undefined` while it is not here whole.
   *
   * @throws FrameError when it is empty, too large or no JSON
   */
  next(): Frame | undefined {
    if (!this.isReady()) return undefined;
    const bytes = HEAD_BYTES + (this.#length() ?? 0);
    const body = this.#storage.subarray(this.#start + HEAD_BYTES, this.#start + bytes);
    const value = parsed(body);
    this.#start += bytes;
    if (this.held_bytes === 0) this.#forget();
    return { value, bytes };
  }

  #length(): number | undefined {
    if (this.held_bytes < HEAD_BYTES) return undefined;
    const length = this.#storage.readUInt32BE(this.#start);
    if (length === 0) throw new FrameError('malformed', 'a frame of 0 bytes');
    if (length > LARGEST_FRAME_BYTES) throw new FrameError('oversized', `a frame of ${String(length)} bytes`);
    return length;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#storage.length) return;
    const needed = this.held_bytes + bytes;
    const storage = needed * 2 <= this.#storage.length ? this.#storage : Buffer.allocUnsafe(Math.max(needed, 2 * this.held_bytes));
    this.#end = this.#storage.copy(storage, 0, this.#start, this.#end);
    this.#start = 0;
    this.#storage = storage;
  }

  #forget(): void {
    this.#start = 0;
    this.#end = 0;
    if (this.#storage.length > SMALL_BYTES) this.#storage = Buffer.allocUnsafe(SMALL_BYTES);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new FrameError('malformed', 'a frame that is no JSON', { cause });
  }
}
