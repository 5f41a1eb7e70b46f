import { createSocket, type Socket } from 'node:dgram';
import { reasonOf } from '../reason-of.ts';

const TRY_AGAIN_MS = 1_000;
/** What waits to be sent is old soon. */
const LARGEST_QUEUE_BYTES = 262_144;

export interface DatagramSocketOptions {
  readonly address: string;
  readonly port: number;
  /** Called in the turn in which the datagram was taken from the socket: a clock that is read there is read after it. */
  readonly onDatagram: (datagram: Buffer, source: string) => void;
  readonly report: (problem: string) => void;
}

/** A UDP socket at one address of this machine, which is opened again whenever it fails, e.g. because the address is not there yet. */
export class DatagramSocket {
  readonly #options: DatagramSocketOptions;
  #socket: Socket | undefined;
  #bound = false;
  #again: NodeJS.Timeout | undefined;
  #complained = false;
  #closed = false;

  constructor(options: DatagramSocketOptions) {
    this.#options = options;
    this.#open();
  }

  /** Settled at the first datagram that could go out. */
  get bound(): boolean {
    return this.#bound;
  }

  /** Send it, or not: nobody is told whether it arrives. @param failed told when it cannot be sent */
  send(datagram: Buffer, address: string, failed: (reason: string) => void): void {
    const socket = this.#socket;
    if (socket === undefined || !this.#bound) failed(`no socket at ${this.#options.address} yet`);
    else if (socket.getSendQueueSize() > LARGEST_QUEUE_BYTES) failed(`too much waits to be sent at ${this.#options.address}`);
    else {
      socket.send(datagram, this.#options.port, address, (error) => {
        if (error !== null) failed(reasonOf(error));
      });
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #open(): void {
    const { address, port, onDatagram, report } = this.#options;
    const socket = createSocket('udp4');
    this.#socket = socket;
    socket.on('message', (datagram, source) => onDatagram(datagram, source.address));
    socket.once('listening', () => {
      this.#bound = true;
      this.#complained = false;
    });
    socket.once('error', (error) => {
      this.#bound = false;
      socket.on('error', () => undefined);
      socket.close();
      if (this.#closed) return;
      if (!this.#complained) report(`no datagrams at ${address}:${port}: ${reasonOf(error)}; it is tried again each second`);
      this.#complained = true;
      this.#again = setTimeout(() => this.#open(), TRY_AGAIN_MS);
    });
    socket.bind(port, address);
  }
}
