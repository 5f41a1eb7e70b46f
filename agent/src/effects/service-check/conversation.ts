import type { Socket } from 'node:net';
import { reasonOf } from '../reason-of.ts';
import { connectWithin, type Place } from './connect.ts';
import type { TimeLimit } from './time-limit.ts';

const RECEIVED_LIMIT_BYTES = 65_536;
const LONGEST_LINE_BYTES = 8_192;

/**
 * One TCP connection on which a dialogue is held. It ends at its deadline, takes in a bounded number of bytes, and says in words what was awaited
 * when it failed. `close` always ends the connection.
 */
export class Conversation {
  readonly #socket: Socket;
  readonly #limit: TimeLimit;
  #received = Buffer.alloc(0);
  #total_bytes = 0;
  #awaited = 'the connection';
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /** @throws Error when the connection is not made in time */
  static async open(place: Place, limit: TimeLimit): Promise<Conversation> {
    return new Conversation(await connectWithin(place, limit), limit);
  }

  private constructor(socket: Socket, limit: TimeLimit) {
    this.#socket = socket;
    this.#limit = limit;
    limit.signal.addEventListener('abort', this.#overdue, { once: true });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(`waiting for ${this.#awaited}: ${reasonOf(error)}`));
    socket.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  send(text: string | Buffer): void {
    this.#socket.write(text);
  }

  /** The next line, without its end. `what` names it in the reason of a failure. */
  async line(what: string): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf(0x0a);
      if (end >= 0) {
        const line = this.#received.subarray(0, end).toString('latin1');
        this.#received = this.#received.subarray(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (this.#received.length > LONGEST_LINE_BYTES) throw new Error(`${what} has no end of line`);
      await this.#more(what);
    }
  }

  /** The next `count` bytes. */
  async bytes(count: number, what: string): Promise<Buffer> {
    while (this.#received.length < count) await this.#more(what);
    const bytes = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return bytes;
  }

  /** Everything until the other side closes the connection. */
  async rest(what: string): Promise<Buffer> {
    while (!this.#ended) await this.#change(what);
    const rest = this.#received;
    this.#received = Buffer.alloc(0);
    return rest;
  }

  close(): void {
    this.#limit.signal.removeEventListener('abort', this.#overdue);
    this.#socket.destroy();
  }

  async #more(what: string): Promise<void> {
    if (this.#ended) throw new Error(`the connection was closed instead of ${what}`);
    await this.#change(what);
  }

  async #change(what: string): Promise<void> {
    this.#awaited = what;
    this.#requireNoFailure();
    if (this.#limit.signal.aborted) throw this.#limit.missed(what);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#requireNoFailure();
  }

  #requireNoFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #take(chunk: Buffer): void {
    this.#total_bytes += chunk.length;
    if (this.#total_bytes > RECEIVED_LIMIT_BYTES) {
      this.#fail(`more than ${String(RECEIVED_LIMIT_BYTES)} bytes came while waiting for ${this.#awaited}`);
      return;
    }
    this.#received = Buffer.concat([this.#received, chunk]);
    this.#wake?.();
  }

  readonly #overdue = (): void => {
    this.#failure ??= this.#limit.missed(this.#awaited);
    this.#socket.destroy();
    this.#wake?.();
  };

  #fail(reason: string): void {
    this.#failure ??= new Error(reason);
    this.#socket.destroy();
    this.#wake?.();
  }
}
