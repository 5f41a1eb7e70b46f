import { createSecureContext, type SecureContext } from 'node:tls';
import type { PeerCheck } from '../../protocol/keys-report.ts';
import type { MetricSample } from '../../protocol/metrics.ts';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { reasonOf } from '../reason-of.ts';
import { PeerLink } from './peer-link.ts';
import { Refusals } from './refusals.ts';
import type { SemIdentity } from './sem-identity.ts';
import { SemServer } from './sem-server.ts';
import { Traffic } from './traffic.ts';

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
  readonly #traffic = new Traffic();
  #secureContext: SecureContext;

  constructor(options: TransportOptions) {
    const { self, peers, port, identity, onCall } = options;
    this.#self = self.name;
    this.#refusals = new Refusals(options.report);
    this.#server = new SemServer({
      address: self.address,
      port,
      peers,
      identity,
      refusals: this.#refusals,
      traffic: this.#traffic,
      now_ms: () => performance.now(),
      onCall,
    });
    const secureContext = createSecureContext(identity);
    this.#secureContext = secureContext;
    this.#links = new Map(peers.map((peer) => [peer.name, new PeerLink({ ...peer, port }, secureContext, this.#refusals, this.#traffic)]));
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

  /**
   * From now on with other keys: every connection of this server is made anew with the next call; calls under way end by the old one.
   *
   * @throws Error when the keys do not belong together; then nothing changed
   */
  renewIdentity(identity: SemIdentity): void {
    const secureContext = createSecureContext(identity);
    this.#secureContext = secureContext;
    this.#server.renewIdentity(identity);
    for (const link of this.#links.values()) link.renew(secureContext);
  }

  /** Whether each of the other members answers, by a connection made just now: a standing one says nothing about today's keys. */
  async checkPeers(timeout_ms: number): Promise<readonly PeerCheck[]> {
    return Promise.all(
      [...this.#links].map(async ([peer, link]): Promise<PeerCheck> => {
        link.renew(this.#secureContext);
        try {
          await link.call({ kind: 'state' }, timeout_ms);
          return { peer, trouble: null };
        } catch (error) {
          return { peer, trouble: reasonOf(error) };
        }
      }),
    );
  }

  /** What was refused since the start, by kind. */
  refused(): readonly MetricSample[] {
    return this.#refusals.samples();
  }

  /** Other servers' requests since the start, by what they were answered. */
  answered(): readonly MetricSample[] {
    return this.#traffic.answeredSamples();
  }

  /** Calls to other servers since the start, by what became of them. */
  called(): readonly MetricSample[] {
    return this.#traffic.calledSamples();
  }

  close(): void {
    this.#server.close();
    for (const link of this.#links.values()) link.close();
  }
}
