import { createConnection, type Socket } from 'node:net';
import { reasonOf } from '../reason-of.ts';

const RECEIVED_LIMIT_BYTES = 65_536;
const LONGEST_LINE_BYTES = 8_192;

/**
 * One TCP connection on which a dialogue is held. It has one deadline for everything, takes in a bounded number of bytes, and says in
 * words what was awaited when it failed. `close` always ends the connection.
 */
export class Conversation {
  readonly #socket: Socket;
  readonly #deadline: NodeJS.Timeout;
  #received = Buffer.alloc(0);
  #total_bytes = 0;
  #awaited = 'the connection';
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param timeout_ms for the whole dialogue, connecting included */
  constructor(address: string, port: number, timeout_ms: number) {
    this.#socket = createConnection({ host: address, port, noDelay: true });
    this.#deadline = setTimeout(() => this.#fail(`${this.#awaited} did not come within ${seconds(timeout_ms)}`), timeout_ms);
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#fail(`waiting for ${this.#awaited}: ${reasonOf(error)}`));
    this.#socket.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    this.#socket.on('connect', () => this.#wake?.());
  }

  /** @throws Error when the connection is not made before the deadline */
  async connected(): Promise<void> {
    while (this.#socket.connecting) await this.#change();
    this.#requireNoFailure();
  }

  send(text: string): void {
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

  close(): void {
    clearTimeout(this.#deadline);
    this.#socket.destroy();
  }

  async #more(what: string): Promise<void> {
    this.#awaited = what;
    this.#requireNoFailure();
    if (this.#ended) throw new Error(`the connection was closed instead of ${what}`);
    await this.#change();
    this.#requireNoFailure();
  }

  #requireNoFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #change(): Promise<void> {
    this.#requireNoFailure();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
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

  #fail(reason: string): void {
    this.#failure ??= new Error(reason);
    this.#socket.destroy();
    this.#wake?.();
  }
}

function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(2)} s`;
}
