import type { SecureContext } from 'node:tls';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { reasonOf } from '../reason-of.ts';
import { UNUSED_MS } from './limits.ts';
import { PeerConnection, requestFrame, type Call, type Peer } from './peer-connection.ts';
import type { Refusals } from './refusals.ts';
import type { Traffic } from './traffic.ts';

/** A handshake that takes longer is begun anew: after a loss, TCP itself would wait for seconds. */
const CONNECT_ATTEMPT_MS = 1_000;
const MOST_CALLS = 256;

/**
 * The way to one other server: a connection that stays between calls and is made again when needed. A call that is not answered in
 * time retires the connection that it went by, because a machine without power leaves one behind that looks open.
 */
export class PeerLink {
  readonly #peer: Peer;
  readonly #refusals: Refusals;
  readonly #traffic: Traffic;
  readonly #connections = new Set<PeerConnection>();
  readonly #calls = new Set<Call>();
  /** Calls that wait for the connection to be made. */
  #waiting: Call[] = [];
  #current: { readonly connection: PeerConnection; ready: boolean } | undefined;
  #secureContext: SecureContext;
  #unused: NodeJS.Timeout | undefined;

  constructor(peer: Peer, secureContext: SecureContext, refusals: Refusals, traffic: Traffic) {
    this.#peer = peer;
    this.#secureContext = secureContext;
    this.#refusals = refusals;
    this.#traffic = traffic;
  }

  /**
   * Ask the server and wait for its answer.
   *
   * @throws Error in words when it cannot be reached, the connection is lost or no answer came within `timeout_ms`
   */
  call(request: Request, timeout_ms: number): Promise<Answer> {
    if (this.#calls.size >= MOST_CALLS) return Promise.reject(new Error(`more than ${String(MOST_CALLS)} calls to ${this.#peer.name}`));
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        this.#traffic.called(request, 'failed');
        reject(new Error(`${this.#peer.name}: ${reason}`));
      };
      const deadline = setTimeout(() => {
        this.#giveUp(call);
        fail(`no answer to ${request.kind} within ${(timeout_ms / 1000).toFixed(2)} s`);
      }, timeout_ms);
      const call: Call = {
        frame: requestFrame(request),
        settle: (outcome) => {
          clearTimeout(deadline);
          this.#calls.delete(call);
          this.#closeWhenUnused();
          if ('error' in outcome) {
            fail(reasonOf(outcome.error));
            return;
          }
          this.#traffic.called(request, outcome.answer.kind);
          resolve(outcome.answer);
        },
      };
      this.#calls.add(call);
      clearTimeout(this.#unused);
      this.#send(call);
    });
  }

  /**
   * From now on with other keys. The standing connection gets no more calls; those under way are still answered by it.
   */
  renew(secureContext: SecureContext): void {
    this.#secureContext = secureContext;
    this.#leave();
  }

  close(): void {
    clearTimeout(this.#unused);
    for (const connection of this.#connections) connection.destroy();
  }

  /** The next call goes by a new connection. */
  #leave(): void {
    const left = this.#current;
    this.#current = undefined;
    if (left === undefined) return;
    if (left.ready) {
      left.connection.retire();
      return;
    }
    left.connection.destroy();
    for (const call of this.#waiting.splice(0)) this.#send(call);
  }

  /** The caller knows that nothing is under way: so it is the one who hangs up. */
  #closeWhenUnused(): void {
    clearTimeout(this.#unused);
    if (this.#calls.size > 0) return;
    this.#unused = setTimeout(() => this.#leave(), UNUSED_MS);
    this.#unused.unref();
  }

  #send(call: Call): void {
    this.#current ??= this.#connect();
    if (!this.#current.ready) {
      this.#waiting.push(call);
      return;
    }
    try {
      this.#current.connection.send(call);
    } catch (error) {
      call.settle({ error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  #giveUp(call: Call): void {
    this.#calls.delete(call);
    this.#closeWhenUnused();
    this.#waiting = this.#waiting.filter((waiting) => waiting !== call);
    for (const connection of [...this.#connections]) {
      if (!connection.forget(call)) continue;
      if (this.#current?.connection === connection) this.#current = undefined;
      connection.retire();
    }
  }

  #connect(): { readonly connection: PeerConnection; ready: boolean } {
    let overdue = false;
    const connection = new PeerConnection(this.#peer, this.#secureContext, this.#refusals, {
      ready: () => {
        clearTimeout(attempt);
        current.ready = true;
        for (const call of this.#waiting.splice(0)) this.#send(call);
      },
      closed: (error) => {
        clearTimeout(attempt);
        this.#connections.delete(connection);
        if (this.#current !== current) return;
        this.#current = undefined;
        const waiting = this.#waiting.splice(0);
        for (const call of waiting) {
          if (overdue) this.#send(call);
          else call.settle({ error });
        }
      },
    });
    const current = { connection, ready: false };
    const attempt = setTimeout(() => {
      overdue = true;
      connection.destroy();
    }, CONNECT_ATTEMPT_MS);
    this.#connections.add(connection);
    return current;
  }
}
