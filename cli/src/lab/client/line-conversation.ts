import { connect, type Socket } from 'node:net';

const LONGEST_ANSWER = 64 * 1024;

/** One TCP connection on which texts are exchanged; closed by its deadline at the latest. */
export class LineConversation {
  readonly #socket: Socket;
  #received = '';
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param signal the attempt's deadline */
  constructor(address: string, port: number, signal: AbortSignal) {
    this.#socket = connect({ host: address, port, noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => {
      this.#received += text;
      if (this.#received.length > LONGEST_ANSWER) this.#fail(new Error('the answer has no end'));
      this.#wake?.();
    });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => this.#fail(new Error('the server closed the connection')));
    signal.addEventListener('abort', () => this.#fail(new Error('no answer in time')), { once: true });
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /**
   * Wait until what was received has the pattern, and take it away up to the pattern's end.
   * @param refusal what the server says instead when it does not serve
   */
  async expect(pattern: RegExp, refusal?: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#received);
      if (match !== null) {
        this.#received = this.#received.slice(match.index + match[0].length);
        return match[0];
      }
      const refused = refusal?.exec(this.#received);
      if (refused !== null && refused !== undefined) throw new Error(`the server said: ${refused[0].trim()}`);
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Everything until the server closes the connection. */
  async rest(): Promise<string> {
    while (this.#failure === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure.message !== 'the server closed the connection') throw this.#failure;
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#socket.destroy();
    this.#wake?.();
  }
}
