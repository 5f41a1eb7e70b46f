import type { DropArgument, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { reasonOf } from '../reason-of.ts';
import { AddressLimits } from './address-limits.ts';
import { InboundConnection } from './inbound-connection.ts';
import { CONNECTIONS_A_PEER, CONNECTIONS_AN_ADDRESS, FRAME_RATE, HANDSHAKE_MS, KEEPALIVE_MS, STRANGERS_CONNECTIONS } from './limits.ts';
import type { Refusals } from './refusals.ts';
import { authoritiesOf, certifiedName, isVouchedFor, type SemIdentity } from './sem-identity.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Traffic } from './traffic.ts';

const DEADLINES_EVERY_MS = 1_000;

export interface SemServerOptions {
  readonly address: string;
  readonly port: number;
  /** Other servers of the ring, the only ones that are listened to. */
  readonly peers: readonly { readonly name: string; readonly address: string }[];
  readonly identity: SemIdentity;
  readonly refusals: Refusals;
  readonly traffic: Traffic;
  readonly now_ms: () => number;
  /** A request of `from` came; it is answered by `answer` with the same `call`. */
  readonly onCall: (call: string, from: string, request: Request) => void;
}

/** A request that is not answered yet: where it came from and the number by which the caller knows it. */
interface OpenCall {
  readonly connection: InboundConnection;
  readonly id: number;
  readonly request: Request;
}

/** Takes other servers' requests on the SEM network. Whoever does not belong to the ring is refused and counted. */
export class SemServer {
  readonly #options: SemServerOptions;
  readonly #server: Server;
  readonly #limits: AddressLimits;
  readonly #connections = new Set<InboundConnection>();
  readonly #open = new Map<string, OpenCall>();
  /** By member; over all its connections. */
  readonly #frames: ReadonlyMap<string, TokenBucket>;
  readonly #deadlines: NodeJS.Timeout;
  #calls = 0;

  constructor(options: SemServerOptions) {
    const { peers, refusals, now_ms } = options;
    this.#options = options;
    this.#frames = new Map(peers.map(({ name }) => [name, new TokenBucket(FRAME_RATE, now_ms)]));
    this.#limits = new AddressLimits(
      peers.map(({ address }) => address),
      now_ms,
    );
    this.#server = createServer({
      ...options.identity,
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: HANDSHAKE_MS,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_MS,
    });
    this.#server.maxConnections = peers.length * CONNECTIONS_AN_ADDRESS + STRANGERS_CONNECTIONS;
    this.#server.prependListener('connection', (socket: Socket) => this.#limitAddress(socket));
    this.#server.on('secureConnection', (socket) => this.#accept(socket));
    this.#server.on('drop', (data?: DropArgument) => refusals.add('connection over the limit', String(data?.remoteAddress)));
    this.#server.on('tlsClientError', (error, socket) => {
      const slow = 'code' in error && error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
      refusals.add(slow ? 'handshake too slow' : 'handshake refused', `${String(socket.remoteAddress)}: ${reasonOf(error)}`);
      socket.destroy();
    });
    this.#deadlines = setInterval(() => this.#enforceDeadlines(), DEADLINES_EVERY_MS);
    this.#deadlines.unref();
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
    const open = this.#open.get(call);
    if (open === undefined) {
      this.#options.refusals.add('answer without a caller', call);
      return;
    }
    this.#open.delete(call);
    this.#options.traffic.answered(open.request, answer);
    open.connection.answer(open.id, answer);
  }

  /**
   * From now on with other keys. Connections of members whose certificate the authorities still vouch for go on; the others are cut off, and
   * with them whoever has got hold of a key that was taken back.
   */
  renewIdentity(identity: SemIdentity): void {
    this.#server.setSecureContext(identity);
    const authorities = authoritiesOf(identity);
    for (const connection of this.#connections) {
      const { certificate } = connection;
      if (certificate !== undefined && isVouchedFor(certificate, authorities)) continue;
      this.#options.refusals.add('outdated certificate', `of ${connection.from}`);
      connection.destroy();
    }
  }

  close(): void {
    clearInterval(this.#deadlines);
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #limitAddress(socket: Socket): void {
    const address = String(socket.remoteAddress);
    const refused = this.#limits.begun(address);
    socket.once('close', () => this.#limits.ended(address));
    if (refused === undefined) return;
    this.#options.refusals.add(refused, address);
    socket.destroy();
  }

  #accept(socket: TLSSocket): void {
    const { refusals, now_ms } = this.#options;
    socket.on('error', (error) => refusals.add('connection lost', `${String(socket.remoteAddress)}: ${reasonOf(error)}`));
    const from = certifiedName(socket.getPeerCertificate());
    const frames = from === undefined ? undefined : this.#frames.get(from);
    if (from === undefined || frames === undefined) {
      refusals.add('stranger refused', `${String(socket.remoteAddress)} says that it is ${String(from)}`);
      socket.destroy();
      return;
    }
    this.#makeRoom(from);
    const connection = new InboundConnection({
      socket,
      from,
      frames,
      refusals,
      now_ms,
      onRequest: (id, request) => this.#call({ connection, id, request }),
    });
    this.#connections.add(connection);
    socket.on('close', () => {
      this.#connections.delete(connection);
      for (const [call, open] of this.#open) if (open.connection === connection) this.#open.delete(call);
    });
  }

  /** A peer that comes back from the dead leaves connections behind: the oldest makes room for the new one. */
  #makeRoom(from: string): void {
    const earlier = [...this.#connections].filter((connection) => connection.from === from);
    const [oldest] = earlier;
    if (oldest === undefined || earlier.length < CONNECTIONS_A_PEER) return;
    this.#connections.delete(oldest);
    oldest.destroy();
  }

  #call(open: OpenCall): void {
    const { from } = open.connection;
    this.#calls += 1;
    const call = `${from}#${String(this.#calls)}`;
    this.#open.set(call, open);
    this.#options.onCall(call, from, open.request);
  }

  #enforceDeadlines(): void {
    this.#limits.forget();
    for (const connection of this.#connections) {
      connection.enforceDeadlines();
      for (const id of connection.overdue()) this.#answerOverdue(connection, id);
    }
  }

  /** What this server itself has forgotten must not use up the caller's places. */
  #answerOverdue(connection: InboundConnection, id: number): void {
    for (const [call, open] of this.#open) {
      if (open.connection !== connection || open.id !== id) continue;
      this.#options.refusals.add('call not answered', `${open.request.kind} of ${connection.from}`);
      this.answer(call, { kind: 'refused', reason: 'not answered in time' });
    }
  }
}
