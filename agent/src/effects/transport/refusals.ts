import type { MetricSample } from '../../protocol/metrics.ts';

/** What SEM does not take, or cannot do. A handful of fixed words: they are also the labels under which it is counted. */
export type RefusalKind =
  /** No TLS, no certificate or not one of the cluster's CA. */
  | 'handshake refused'
  | 'handshake too slow'
  /** The cluster's certificate, but not a name that is listened to here. */
  | 'stranger refused'
  | 'connection over the limit'
  | 'connections too fast'
  | 'malformed message'
  /** Of a member whose agent is of a later version. */
  | 'unknown request'
  | 'oversized message'
  | 'frames too fast'
  | 'frame too slow'
  | 'idle connection'
  | 'too many calls'
  | 'call not answered'
  | 'answer not sent'
  | 'answers not taken'
  | 'answer without a caller'
  /** The certificate of a connection is not believed any more: keys were changed. */
  | 'outdated certificate'
  | 'malformed answer'
  | 'answer to no call'
  | 'connection lost'
  | 'listening';

/** Counts what was refused, by kind, and reports each kind at most once in a while, so that a flood does not fill the log. */
export class Refusals<Kind extends string = RefusalKind> {
  static readonly REPORT_EVERY_MS = 60_000;
  readonly #report: (text: string) => void;
  readonly #now_ms: () => number;
  readonly #about: string;
  readonly #kinds = new Map<Kind, { count: number; reported_ms: number }>();

  /** @param about what refuses, before each report */
  constructor(report: (text: string) => void, now_ms: () => number = () => performance.now(), about = 'SEM') {
    this.#report = report;
    this.#now_ms = now_ms;
    this.#about = about;
  }

  /** @param detail of this occurrence, for the log */
  add(kind: Kind, detail: string): void {
    const known = this.#kinds.get(kind) ?? { count: 0, reported_ms: -Infinity };
    this.#kinds.set(kind, known);
    known.count += 1;
    const now_ms = this.#now_ms();
    if (now_ms - known.reported_ms < Refusals.REPORT_EVERY_MS) return;
    known.reported_ms = now_ms;
    this.#report(`${this.#about}: ${kind}: ${detail.slice(0, 500)} (${String(known.count)} since the start)`);
  }

  /** Occurrences by kind since the start. */
  counts(): Readonly<Partial<Record<Kind, number>>> {
    return Object.fromEntries([...this.#kinds].map(([kind, { count }]) => [kind, count])) as Partial<Record<Kind, number>>;
  }

  /** The same as the metrics of an agent have them. */
  samples(): readonly MetricSample[] {
    return [...this.#kinds].map(([kind, { count }]) => ({ labels: { kind }, value: count }));
  }
}
