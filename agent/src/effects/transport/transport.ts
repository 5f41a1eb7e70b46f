import { createSecureContext } from 'node:tls';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { PeerLink } from './peer-link.ts';
import { Refusals } from './refusals.ts';
import type { SemIdentity } from './sem-identity.ts';
import { SemServer } from './sem-server.ts';

export interface TransportOptions {
  readonly self: { readonly name: string; readonly address: string };
  /** The other servers of the ring with their SEM addresses. */
  readonly peers: readonly { readonly name: string; readonly address: string }[];
  readonly port: number;
  readonly identity: SemIdentity;
  readonly onCall: (call: string, from: string, request: Request) => void;
  /** Told what was refused, in words for the diagnostic log, at a bounded rate. */
  readonly report: (text: string) => void;
}

/**
 * SEM's way between the servers (§3.1): requests and answers over mutual TLS 1.3, where each side believes the common name in the
 * other's certificate. What comes from a stranger or is malformed is refused, counted and reported, and never stops the agent.
 */
export class Transport {
  readonly #self: string;
  readonly #server: SemServer;
  readonly #links: ReadonlyMap<string, PeerLink>;
  readonly #refusals: Refusals;

  constructor(options: TransportOptions) {
    const { self, peers, port, identity, onCall } = options;
    this.#self = self.name;
    this.#refusals = new Refusals(options.report);
    this.#server = new SemServer({
      address: self.address,
      port,
      peers: peers.map((peer) => peer.name),
      identity,
      refusals: this.#refusals,
      onCall,
    });
    const secureContext = createSecureContext(identity);
    this.#links = new Map(peers.map((peer) => [peer.name, new PeerLink({ ...peer, port }, secureContext, this.#refusals)]));
  }

  /** @throws Error when the SEM address is not here or the port is taken */
  listen(): Promise<void> {
    return this.#server.listen();
  }

  /**
   * Ask another server and wait for its answer.
   *
   * @throws Error in words when there is none within `timeout_ms`
   */
  async call(to: string, request: Request, timeout_ms: number): Promise<Answer> {
    const link = this.#links.get(to);
    if (link === undefined) throw new Error(to === this.#self ? `${to} calls itself` : `${to} is not a server of the ring`);
    return await link.call(request, timeout_ms);
  }

  /** Answer another server's request, named by the `call` that came with it. */
  answer(call: string, answer: Answer): void {
    this.#server.answer(call, answer);
  }

  /** What was refused since the start, by kind. */
  refused(): Readonly<Record<string, number>> {
    return this.#refusals.counts();
  }

  close(): void {
    this.#server.close();
    for (const link of this.#links.values()) link.close();
  }
}
