import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { reasonOf } from '../reason-of.ts';
import { encodeFrame, FrameDecoder, FrameError } from './frames.ts';
import { ANSWER_MS, CALLS_A_CONNECTION, FRAME_MS, FRAME_UNIT_BYTES, IDLE_MS, UNSENT_BYTES } from './limits.ts';
import type { Refusals } from './refusals.ts';
import type { TokenBucket } from './token-bucket.ts';
import { idOfLaterRequest, validateRequestFrame, type AnswerFrame } from './validate-message.ts';

export interface InboundOptions {
  readonly socket: TLSSocket;
  /** The member whose certificate it showed. */
  readonly from: string;
  /** What bounds this member's frames over all its connections. */
  readonly frames: TokenBucket;
  readonly refusals: Refusals;
  readonly now_ms: () => number;
  /** A request came that is to be answered by `answer` with this number. */
  readonly onRequest: (id: number, request: Request) => void;
}

/** One connection of a member to this server: it is listened to within limits, and cut off beyond them. */
export class InboundConnection {
  readonly from: string;
  readonly #options: InboundOptions;
  readonly #socket: TLSSocket;
  readonly #decoder = new FrameDecoder();
  /** Requests that are not answered yet, and since when. */
  readonly #open_since_ms = new Map<number, number>();
  #lastFrame_ms: number;
  /** Since when a frame has been coming that is not here whole. */
  #partial_since_ms: number | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.from = options.from;
    this.#lastFrame_ms = options.now_ms();
    this.#socket.on('data', (piece: Buffer) => {
      this.#decoder.push(piece);
      this.#takeFrames();
    });
    this.#socket.on('close', () => clearTimeout(this.#pause));
  }

  /** The certificate that the member has shown. */
  get certificate(): X509Certificate | undefined {
    return this.#socket.getPeerX509Certificate();
  }

  /** Answer a request. */
  answer(id: number, answer: Answer): void {
    this.#open_since_ms.delete(id);
    this.#send({ kind: 'answer', id, answer });
  }

  /** Cut off who keeps places without using them. To be called now and then. */
  enforceDeadlines(): void {
    const now_ms = this.#options.now_ms();
    if (this.#partial_since_ms !== undefined && now_ms - this.#partial_since_ms > FRAME_MS) {
      this.#cutOff('frame too slow', `from ${this.from}: ${String(this.#decoder.held_bytes)} bytes of it came`);
    } else if (this.#open_since_ms.size === 0 && now_ms - this.#lastFrame_ms > IDLE_MS) {
      this.#cutOff('idle connection', `of ${this.from}`);
    }
  }

  /** Numbers of requests that should have been answered long ago. */
  overdue(): readonly number[] {
    const now_ms = this.#options.now_ms();
    return [...this.#open_since_ms].filter(([, since_ms]) => now_ms - since_ms > ANSWER_MS).map(([id]) => id);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Frames that are here whole, as many as this member may send now; for the others it has to wait, and its TCP with it. */
  #takeFrames(): void {
    if (this.#pause !== undefined || this.#socket.destroyed) return;
    const { frames, from, refusals, now_ms } = this.#options;
    let taken = false;
    try {
      while (this.#decoder.isReady()) {
        const wait_ms = frames.wait_ms();
        if (wait_ms > 0) {
          refusals.add('frames too fast', `from ${from}`);
          this.#wait(wait_ms);
          return;
        }
        const frame = this.#decoder.next();
        if (frame === undefined) break;
        frames.take(Math.ceil(frame.bytes / FRAME_UNIT_BYTES));
        this.#lastFrame_ms = now_ms();
        taken = true;
        this.#take(frame.value);
      }
    } catch (error) {
      const oversized = error instanceof FrameError && error.kind === 'oversized';
      this.#cutOff(oversized ? 'oversized message' : 'malformed message', `from ${from}: ${reasonOf(error)}`);
      return;
    }
    if (this.#decoder.held_bytes === 0) this.#partial_since_ms = undefined;
    else if (taken) this.#partial_since_ms = now_ms();
    else this.#partial_since_ms ??= now_ms();
  }

  #wait(wait_ms: number): void {
    this.#partial_since_ms = undefined;
    this.#socket.pause();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#socket.resume();
      this.#takeFrames();
    }, wait_ms);
  }

  #take(value: unknown): void {
    const later = idOfLaterRequest(value);
    if (later !== undefined) {
      this.#options.refusals.add('unknown request', `from ${this.from}`);
      this.#send({ kind: 'answer', id: later, answer: { kind: 'refused', reason: 'this agent does not know the request' } });
      return;
    }
    const { id, request } = validateRequestFrame(value);
    if (this.#open_since_ms.has(id)) throw new Error(`two requests with the number ${String(id)}`);
    if (this.#open_since_ms.size >= CALLS_A_CONNECTION) {
      this.#options.refusals.add('too many calls', `from ${this.from}`);
      this.#send({ kind: 'answer', id, answer: { kind: 'refused', reason: 'too many calls are not answered yet' } });
      return;
    }
    this.#open_since_ms.set(id, this.#options.now_ms());
    this.#options.onRequest(id, request);
  }

  #send(frame: AnswerFrame): void {
    if (this.#socket.destroyed) return;
    try {
      this.#socket.write(encodeFrame(frame));
    } catch (error) {
      this.#cutOff('answer not sent', `to ${this.from}: ${reasonOf(error)}`);
      return;
    }
    if (this.#socket.writableLength > UNSENT_BYTES) this.#cutOff('answers not taken', `by ${this.from}`);
  }

  #cutOff(kind: Parameters<Refusals['add']>[0], detail: string): void {
    this.#options.refusals.add(kind, detail);
    this.#socket.destroy();
  }
}
