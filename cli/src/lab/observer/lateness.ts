import type { ObserverSummary } from './observation.ts';

/** Times of rounds, measured against when they should have begun. All in milliseconds. */
export class Lateness {
  readonly #counts = new Map<number, number>();
  #rounds = 0;
  #last_ms: number | undefined;
  #longestPause_ms = 0;

  round(planned_ms: number, began_ms: number): void {
    const late_ms = Math.max(0, Math.floor(began_ms - planned_ms));
    this.#counts.set(late_ms, (this.#counts.get(late_ms) ?? 0) + 1);
    this.#rounds += 1;
    if (this.#last_ms !== undefined) this.#longestPause_ms = Math.max(this.#longestPause_ms, Math.round(began_ms - this.#last_ms));
    this.#last_ms = began_ms;
  }

  summary(): Pick<ObserverSummary, 'rounds' | 'late_ms' | 'longestPause_ms'> {
    return {
      rounds: this.#rounds,
      late_ms: { median: this.#quantile(0.5), p99: this.#quantile(0.99), max: this.#quantile(1) },
      longestPause_ms: this.#longestPause_ms,
    };
  }

  #quantile(share: number): number {
    let seen = 0;
    for (const [late_ms, count] of [...this.#counts].sort((a, b) => a[0] - b[0])) {
      seen += count;
      if (seen >= share * this.#rounds) return late_ms;
    }
    return 0;
  }
}
