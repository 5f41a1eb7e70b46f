import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { reasonOf } from '../reason-of.ts';
import { encodeFrame, FrameDecoder } from './frames.ts';
import { FRAME_RATE, FRAME_UNIT_BYTES, KEEPALIVE_MS, UNSENT_BYTES } from './limits.ts';
import type { Refusals } from './refusals.ts';
import { certifiedName } from './sem-identity.ts';
import { TokenBucket } from './token-bucket.ts';
import { validateAnswerFrame, type RequestFrame } from './validate-message.ts';

export interface Peer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** A call under way; settled exactly once. */
export interface Call {
  readonly frame: Omit<RequestFrame, 'id'>;
  readonly settle: (outcome: { readonly answer: Answer } | { readonly error: Error }) => void;
}

interface ConnectionListener {
  /** The peer has proved that it is the one that was dialled. */
  readonly ready: () => void;
  /** Nothing more comes from this connection; its calls have been settled. */
  readonly closed: (error: Error) => void;
}

/** One connection to one server: requests go out, answers come back by number. */
export class PeerConnection {
  readonly #socket: TLSSocket;
  readonly #peer: Peer;
  readonly #refusals: Refusals;
  readonly #pending = new Map<number, Call>();
  readonly #decoder = new FrameDecoder();
  readonly #answers = new TokenBucket(FRAME_RATE);
  #nextId = 1;
  #retired = false;

  constructor(peer: Peer, secureContext: SecureContext, refusals: Refusals, listener: ConnectionListener) {
    this.#peer = peer;
    this.#refusals = refusals;
    this.#socket = connect({
      secureContext,
      host: peer.address,
      port: peer.port,
      rejectUnauthorized: true,
      // No name is sent and none looked up: who answers is known by the certificate's common name alone.
      servername: '',
      checkServerIdentity: (_host, certificate) => {
        const name = certifiedName(certificate);
        return name === peer.name ? undefined : new Error(`the server at ${peer.address} is ${String(name)}, not ${peer.name}`);
      },
    });
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, KEEPALIVE_MS);
    let failure: Error | undefined;
    this.#socket.once('secureConnect', listener.ready);
    this.#socket.on('data', (piece: Buffer) => {
      try {
        this.#takeFrames(piece);
      } catch (error) {
        refusals.add('malformed answer', `from ${peer.name}: ${reasonOf(error)}`);
        failure ??= new Error('malformed answer', { cause: error });
        this.#socket.destroy();
      }
    });
    this.#socket.on('error', (error) => {
      failure ??= error;
    });
    this.#socket.on('close', () => {
      const error = failure ?? new Error('the connection was closed');
      for (const call of this.#pending.values()) call.settle({ error });
      this.#pending.clear();
      listener.closed(error);
    });
  }

  /**
   * Send a request; the call is settled by its answer or by the end of the connection.
   *
   * @throws Error when the request is too large, or the peer has not taken earlier ones
   */
  send(call: Call): void {
    if (this.#socket.writableLength > UNSENT_BYTES) throw new Error('it does not take what is sent to it');
    const id = this.#nextId;
    const frame: RequestFrame = { ...call.frame, id };
    const encoded = encodeFrame(frame);
    this.#nextId += 1;
    this.#pending.set(id, call);
    this.#socket.write(encoded);
  }

  /** Forget a call whose deadline has passed; true when it had been sent here. */
  forget(call: Call): boolean {
    for (const [id, pending] of this.#pending) {
      if (pending !== call) continue;
      this.#pending.delete(id);
      this.#endWhenUnused();
      return true;
    }
    return false;
  }

  /** No more calls go here. Those under way may still be answered; then the connection ends. */
  retire(): void {
    this.#retired = true;
    this.#endWhenUnused();
  }

  destroy(error?: Error): void {
    this.#socket.destroy(error);
  }

  /** A peer that answers faster than it is asked has lost its mind: the connection is made anew. */
  #takeFrames(piece: Buffer): void {
    this.#decoder.push(piece);
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      if (this.#answers.wait_ms() > 0) throw new Error('answers come too fast');
      this.#answers.take(Math.ceil(frame.bytes / FRAME_UNIT_BYTES));
      this.#take(frame.value);
    }
  }

  #take(value: unknown): void {
    const { id, answer } = validateAnswerFrame(value);
    const call = this.#pending.get(id);
    if (call === undefined) {
      this.#refusals.add('answer to no call', `from ${this.#peer.name}`);
      return;
    }
    this.#pending.delete(id);
    call.settle({ answer });
    this.#endWhenUnused();
  }

  #endWhenUnused(): void {
    if (this.#retired && this.#pending.size === 0) this.#socket.destroy();
  }
}

export function requestFrame(request: Request): Omit<RequestFrame, 'id'> {
  return { kind: 'request', request };
}
