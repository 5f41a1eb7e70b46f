import type { DropArgument, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { reasonOf } from '../reason-of.ts';
import { encodeFrame, FrameDecoder } from './frames.ts';
import type { Refusals } from './refusals.ts';
import { certifiedName, type SemIdentity } from './sem-identity.ts';
import { validateRequestFrame, type AnswerFrame } from './validate-message.ts';

const HANDSHAKE_TIMEOUT_MS = 3_000;
const CONNECTIONS_A_PEER = 4;
/** Connections from one address, those still in their handshake included: one stranger cannot use up the places of all. */
const CONNECTIONS_AN_ADDRESS = 2 * CONNECTIONS_A_PEER;
const STRANGERS_CONNECTIONS = 64;
const CALLS_A_CONNECTION = 256;
const UNSENT_LIMIT_BYTES = 4_194_304;
export const KEEPALIVE_MS = 1_000;

export interface SemServerOptions {
  readonly address: string;
  readonly port: number;
  /** Other servers of the ring, the only ones that are listened to. */
  readonly peers: readonly string[];
  readonly identity: SemIdentity;
  readonly refusals: Refusals;
  /** A request of `from` came; it is answered by `answer` with the same `call`. */
  readonly onCall: (call: string, from: string, request: Request) => void;
}

interface Connection {
  readonly socket: TLSSocket;
  readonly from: string;
  /** Calls not answered yet, with the number by which the caller knows each. */
  readonly calls: Map<string, number>;
}

/** Takes other servers' requests on the SEM network. Whoever does not belong to the ring is refused and counted. */
export class SemServer {
  readonly #options: SemServerOptions;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #connectionOfCall = new Map<string, Connection>();
  readonly #connectionsFrom = new Map<string, number>();
  #calls = 0;

  constructor(options: SemServerOptions) {
    this.#options = options;
    this.#server = createServer({
      ...options.identity,
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_MS,
    });
    this.#server.maxConnections = options.peers.length * CONNECTIONS_AN_ADDRESS + STRANGERS_CONNECTIONS;
    this.#server.prependListener('connection', (socket: Socket) => this.#limitAddress(socket));
    this.#server.on('secureConnection', (socket) => this.#accept(socket));
    this.#server.on('drop', (data?: DropArgument) => options.refusals.add('connection over the limit', String(data?.remoteAddress)));
    this.#server.on('tlsClientError', (error, socket) => {
      options.refusals.add('handshake refused', `${String(socket.remoteAddress)}: ${reasonOf(error)}`);
      socket.destroy();
    });
  }

  /** @throws Error when the address is not here or the port is taken, e.g. by another agent */
  async listen(): Promise<void> {
    const { address, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port }, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#options.refusals.add('listening', reasonOf(error)));
        resolve();
      });
    });
  }

  /** Answer a call. An answer to a caller that has hung up goes nowhere. */
  answer(call: string, answer: Answer): void {
    const connection = this.#connectionOfCall.get(call);
    const id = connection?.calls.get(call);
    if (connection === undefined || id === undefined) {
      this.#options.refusals.add('answer without a caller', call);
      return;
    }
    this.#connectionOfCall.delete(call);
    connection.calls.delete(call);
    this.#send(connection, { kind: 'answer', id, answer });
  }

  close(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.socket.destroy();
  }

  #limitAddress(socket: Socket): void {
    const address = String(socket.remoteAddress);
    const connections = (this.#connectionsFrom.get(address) ?? 0) + 1;
    this.#connectionsFrom.set(address, connections);
    socket.once('close', () => {
      const left = (this.#connectionsFrom.get(address) ?? 1) - 1;
      if (left > 0) this.#connectionsFrom.set(address, left);
      else this.#connectionsFrom.delete(address);
    });
    if (connections <= CONNECTIONS_AN_ADDRESS) return;
    this.#options.refusals.add('connection over the limit', address);
    socket.destroy();
  }

  #accept(socket: TLSSocket): void {
    socket.on('error', (error) => this.#options.refusals.add('connection lost', `${String(socket.remoteAddress)}: ${reasonOf(error)}`));
    const from = certifiedName(socket.getPeerCertificate());
    if (from === undefined || !this.#options.peers.includes(from)) {
      this.#options.refusals.add('stranger refused', `${String(socket.remoteAddress)} says that it is ${String(from)}`);
      socket.destroy();
      return;
    }
    const connection: Connection = { socket, from, calls: new Map() };
    this.#makeRoom(from);
    this.#connections.add(connection);
    const decoder = new FrameDecoder();
    socket.on('data', (piece: Buffer) => this.#take(connection, decoder, piece));
    socket.on('close', () => {
      this.#connections.delete(connection);
      for (const call of connection.calls.keys()) this.#connectionOfCall.delete(call);
    });
  }

  /** A peer that comes back from the dead leaves connections behind: the oldest makes room for the new one. */
  #makeRoom(from: string): void {
    const earlier = [...this.#connections].filter((connection) => connection.from === from);
    if (earlier.length < CONNECTIONS_A_PEER) return;
    const oldest = earlier[0];
    if (oldest === undefined) return;
    this.#connections.delete(oldest);
    oldest.socket.destroy();
  }

  #take(connection: Connection, decoder: FrameDecoder, piece: Buffer): void {
    try {
      for (const value of decoder.push(piece)) this.#call(connection, value);
    } catch (error) {
      this.#options.refusals.add('malformed message', `from ${connection.from}: ${reasonOf(error)}`);
      connection.socket.destroy();
    }
  }

  #call(connection: Connection, value: unknown): void {
    const { id, request } = validateRequestFrame(value);
    if (connection.calls.size >= CALLS_A_CONNECTION) {
      this.#options.refusals.add('too many calls', `from ${connection.from}`);
      this.#send(connection, { kind: 'answer', id, answer: { kind: 'refused', reason: 'too many calls are not answered yet' } });
      return;
    }
    this.#calls += 1;
    const call = `${connection.from}#${String(this.#calls)}`;
    connection.calls.set(call, id);
    this.#connectionOfCall.set(call, connection);
    this.#options.onCall(call, connection.from, request);
  }

  #send(connection: Connection, frame: AnswerFrame): void {
    try {
      connection.socket.write(encodeFrame(frame));
    } catch (error) {
      this.#options.refusals.add('answer not sent', `to ${connection.from}: ${reasonOf(error)}`);
      connection.socket.destroy();
      return;
    }
    if (connection.socket.writableLength > UNSENT_LIMIT_BYTES) {
      this.#options.refusals.add('answers not taken', `by ${connection.from}`);
      connection.socket.destroy();
    }
  }
}
