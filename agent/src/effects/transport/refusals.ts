/** Counts what was refused, by kind, and reports each kind at most once in a while, so that a flood does not fill the log. */
export class Refusals {
  static readonly REPORT_EVERY_MS = 60_000;
  readonly #report: (text: string) => void;
  readonly #now_ms: () => number;
  readonly #about: string;
  readonly #kinds = new Map<string, { count: number; reported_ms: number }>();

  /** @param about what refuses, before each report */
  constructor(report: (text: string) => void, now_ms: () => number = () => performance.now(), about = 'SEM') {
    this.#report = report;
    this.#now_ms = now_ms;
    this.#about = about;
  }

  /** @param kind one of a handful of fixed words; @param detail of this occurrence */
  add(kind: string, detail: string): void {
    const known = this.#kinds.get(kind) ?? { count: 0, reported_ms: -Infinity };
    this.#kinds.set(kind, known);
    known.count += 1;
    const now_ms = this.#now_ms();
    if (now_ms - known.reported_ms < Refusals.REPORT_EVERY_MS) return;
    known.reported_ms = now_ms;
    this.#report(`${this.#about}: ${kind}: ${detail.slice(0, 500)} (${String(known.count)} since the start)`);
  }

  /** Occurrences by kind since the start. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#kinds].map(([kind, { count }]) => [kind, count]));
  }
}
