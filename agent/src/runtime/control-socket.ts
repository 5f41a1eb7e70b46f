import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { reasonOf } from '../effects/reason-of.ts';

/** The configuration of the largest ring's voters. */
const LONGEST_REQUEST_BYTES = 16_384;
const REQUEST_DEADLINE_MS = 5_000;
/** Longer than any command's work. */
const ANSWER_DEADLINE_MS = 60_000;
const MOST_CONNECTIONS = 16;

/** What can be asked; the value, or what the promise comes to, becomes the answer line. */
export type ControlCommands = Readonly<Record<string, (request: object) => unknown>>;

/**
 * The control socket: one JSON request line, one JSON answer line, then the end. Only root can open it. The one who listens on SEM's
 * port owns the server, so a socket that lies here is a dead agent's and is replaced.
 */
export class ControlSocket {
  readonly #path: string;
  readonly #commands: ControlCommands;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, commands: ControlCommands) {
    this.#path = path;
    this.#commands = commands;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** @throws Error when the socket cannot be made */
  async listen(): Promise<void> {
    rmSync(this.#path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      // The socket is made within `listen`; nobody else may open it even for a moment.
      const umask = process.umask(0o177);
      try {
        this.#server.listen(this.#path, resolve);
      } finally {
        process.umask(umask);
      }
    });
    chmodSync(this.#path, 0o600);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let received = '';
    let deadline = setTimeout(() => socket.destroy(), REQUEST_DEADLINE_MS);
    socket.setEncoding('utf8');
    // The one who asks may hang up at any time; that is no trouble of the agent's.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(deadline);
      this.#sockets.delete(socket);
    });
    socket.on('data', (text: string) => {
      received += text;
      const end = received.indexOf('\n');
      if (end < 0 && received.length <= LONGEST_REQUEST_BYTES) return;
      socket.removeAllListeners('data');
      clearTimeout(deadline);
      deadline = setTimeout(() => socket.destroy(), ANSWER_DEADLINE_MS);
      const answer = end < 0 ? Promise.resolve({ error: 'the request is too long' }) : this.#answer(received.slice(0, end));
      void answer.then((value) => socket.end(`${JSON.stringify(value)}\n`));
    });
  }

  async #answer(line: string): Promise<unknown> {
    try {
      const request: unknown = JSON.parse(line);
      const command = typeof request === 'object' && request !== null && 'command' in request ? request.command : undefined;
      if (typeof command !== 'string' || !Object.hasOwn(this.#commands, command)) {
        return { error: `no such command; known are ${Object.keys(this.#commands).join(', ')}` };
      }
      return await this.#commands[command]?.(request as object);
    } catch (error) {
      return { error: reasonOf(error) };
    }
  }
}
