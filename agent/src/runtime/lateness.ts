const WINDOW_MS = 60_000;
/** A lease bears its renewal to be late by three times as much (decision 0312). */
const NOTED_MS = 500;

/**
 * By how much the agent is late: its machine is overloaded, or stood still. Whoever is late for longer than a lease lasts falls silent, so this is
 * what to look at before that happens.
 */
export class Lateness {
  readonly #report: (problem: string) => void;
  readonly #now_ms: () => number;
  #window = { begun_ms: -Infinity, longest_ms: 0, reported: false };
  #before_ms = 0;

  /** @param report told at most once a minute */
  constructor(report: (problem: string) => void, now_ms: () => number = () => performance.now()) {
    this.#report = report;
    this.#now_ms = now_ms;
  }

  /** A timer expired so much after its time. */
  add(late_ms: number): void {
    this.#turn();
    this.#window.longest_ms = Math.max(this.#window.longest_ms, late_ms);
    if (late_ms < NOTED_MS || this.#window.reported) return;
    this.#window.reported = true;
    this.#report(`the agent was late by ${(late_ms / 1000).toFixed(2)} s: this machine is overloaded or stood still`);
  }

  /** The longest of the last minute or two, in milliseconds. */
  longest_ms(): number {
    this.#turn();
    return Math.max(this.#before_ms, this.#window.longest_ms);
  }

  #turn(): void {
    const age_ms = this.#now_ms() - this.#window.begun_ms;
    if (age_ms < WINDOW_MS) return;
    this.#before_ms = age_ms < 2 * WINDOW_MS ? this.#window.longest_ms : 0;
    this.#window = { begun_ms: this.#now_ms(), longest_ms: 0, reported: false };
  }
}
