import { randomBytes } from 'node:crypto';
import type { DatagramKeys } from '../../configuration/datagram-keys.ts';
import { InvalidValue, type Reader } from '../../configuration/checked-value.ts';
import { reasonOf } from '../reason-of.ts';
import { Refusals } from '../transport/refusals.ts';
import { DatagramSocket } from './datagram-socket.ts';
import { KnownSenders } from './known-senders.ts';
import { RateLimit } from './rate-limit.ts';
import { FaultyDatagram, open, seal, type DatagramFault, type DatagramHeader, type OpenedDatagram } from './sealed-datagram.ts';

/** A machine with which datagrams are exchanged, on both networks. */
export interface DatagramParty {
  readonly name: string;
  readonly serviceAddress: string;
  readonly semAddress: string;
}

export interface DatagramOptions<T> {
  readonly self: DatagramParty;
  readonly peers: readonly DatagramParty[];
  readonly port: number;
  readonly keys: DatagramKeys;
  /** The payload as it should be; throws `InvalidValue`. */
  readonly read: Reader<T>;
  /**
   * Called in the turn in which the datagram was taken from the socket, once for the two copies that come by the two networks: a clock that is
   * read there is read after the message was received.
   */
  readonly onMessage: (from: string, message: T) => void;
  readonly report: (problem: string) => void;
  /** From one address; a server of a busy ring sends a tenth of it. */
  readonly per_second?: number;
}

const NETWORKS = ['serviceAddress', 'semAddress'] as const;
type NetworkName = (typeof NETWORKS)[number];

const DATAGRAMS_A_SECOND = 2_000;

/** What is not taken, or not sent. */
type DatagramRefusal = DatagramFault | 'unsent' | 'too many' | 'misdirected' | 'stranger' | 'replayed' | 'unproven' | 'malformed';

/**
 * Datagrams between machines of the ring, authenticated by the cluster's key and protected against replay (docs/decisions/0341). A message may be
 * lost, late or out of order; it comes once, from the named sender, from that sender's present life. Whatever else arrives is counted by
 * kind and dropped.
 */
export class Datagrams<T> {
  readonly #options: DatagramOptions<T>;
  readonly #peers: ReadonlyMap<string, DatagramParty>;
  readonly #senders: KnownSenders;
  readonly #limit: RateLimit;
  readonly #refusals: Refusals<DatagramRefusal>;
  readonly #sockets: Readonly<Record<NetworkName, DatagramSocket>>;
  readonly #incarnation = randomBytes(16).toString('hex');
  #keys: DatagramKeys;
  #counter = 0;
  #received = 0;

  constructor(options: DatagramOptions<T>) {
    this.#options = options;
    this.#keys = options.keys;
    const peers = options.peers.filter(({ name }) => name !== options.self.name);
    this.#peers = new Map(peers.map((peer) => [peer.name, peer]));
    this.#senders = new KnownSenders(peers.map(({ name }) => name));
    this.#limit = new RateLimit(options.per_second ?? DATAGRAMS_A_SECOND);
    this.#refusals = new Refusals<DatagramRefusal>(options.report, undefined, 'datagrams');
    const socketOf = (network: NetworkName): DatagramSocket =>
      new DatagramSocket({
        address: options.self[network],
        port: options.port,
        onDatagram: (datagram, source) => this.#take(datagram, source, network),
        report: options.report,
      });
    this.#sockets = { serviceAddress: socketOf('serviceAddress'), semAddress: socketOf('semAddress') };
  }

  /**
   * Send a message to one of the peers on both networks.
   *
   * @throws Error for a stranger, or for a message that is too large for a datagram
   */
  send(to: string, message: T): void {
    this.#send(to, { kind: 'message' }, message);
  }

  /** From now on these sign and are believed; what is under way with a key that is gone is refused. */
  useKeys(keys: DatagramKeys): void {
    this.#keys = keys;
  }

  /** Messages that were received, and what was refused or could not be sent, by kind, since the start. */
  counts(): Readonly<Record<string, number>> {
    return { ...this.#refusals.counts(), received: this.#received };
  }

  /** Whether both sockets are open. */
  get ready(): boolean {
    return NETWORKS.every((network) => this.#sockets[network].bound);
  }

  close(): void {
    for (const network of NETWORKS) this.#sockets[network].close();
  }

  #send(to: string, what: Pick<DatagramHeader, 'kind' | 'word'>, payload?: T): void {
    const peer = this.#peers.get(to);
    if (peer === undefined) throw new Error(`no datagrams go to ${to}`);
    this.#counter += 1;
    const { name: from } = this.#options.self;
    const header: DatagramHeader = { version: 1, from, incarnation: this.#incarnation, counter: this.#counter, to, ...what };
    const datagram = seal(this.#keys, header, payload);
    for (const network of NETWORKS) {
      this.#sockets[network].send(datagram, peer[network], (reason) => this.#refusals.add('unsent', `to ${to}: ${reason}`));
    }
  }

  #take(datagram: Buffer, source: string, network: NetworkName): void {
    // A flood costs as little as can be: not even the code is computed.
    if (!this.#limit.admits(source)) {
      this.#refusals.add('too many', `from ${source}`);
      return;
    }
    try {
      const opened = open(this.#keys, datagram);
      if (opened.header.to !== this.#options.self.name) this.#refusals.add('misdirected', `from ${source} to ${opened.header.to}`);
      else if (!this.#senders.knows(opened.header.from)) this.#refusals.add('stranger', `${opened.header.from} at ${source}`);
      else this.#takeAuthentic(opened, network);
    } catch (error) {
      if (!(error instanceof FaultyDatagram)) throw error;
      this.#refusals.add(error.fault, `from ${source}: ${error.message}`);
    }
  }

  #takeAuthentic({ header, payload }: OpenedDatagram, network: NetworkName): void {
    const { kind, from, incarnation, counter, word } = header;
    switch (kind) {
      case 'challenge':
        // Whoever repeats a challenge gets a proof that nobody has asked for.
        if (word !== undefined) this.#send(from, { kind: 'proof', word });
        return;
      case 'proof':
        this.#senders.prove(from, incarnation, counter, word);
        return;
      case 'message': {
        const novelty = this.#senders.take(from, incarnation, counter, network);
        if (novelty === 'new') this.#deliver(from, payload);
        else if (novelty === 'replayed') this.#refusals.add('replayed', `of ${from}`);
        else if (novelty === undefined) this.#challenge(from);
      }
    }
  }

  /** The message is lost, as any may be; the next comes after the proof. */
  #challenge(name: string): void {
    this.#refusals.add('unproven', `${name} has started anew, or an old message of it was repeated`);
    const word = this.#senders.wordFor(name);
    if (word !== undefined) this.#send(name, { kind: 'challenge', word });
  }

  #deliver(from: string, payload: string): void {
    let message: T;
    try {
      message = this.#options.read(JSON.parse(payload), '');
    } catch (error) {
      if (!(error instanceof InvalidValue) && !(error instanceof SyntaxError)) throw error;
      this.#refusals.add('malformed', `from ${from}: ${reasonOf(error)}`);
      return;
    }
    this.#received += 1;
    this.#options.onMessage(from, message);
  }
}
