/** How often something may happen: at once up to `burst`, in the long run `a_second`. */
export interface Rate {
  readonly burst: number;
  readonly a_second: number;
}

/** Bounds a rate. Who has used it up waits until it is paid off; a single costly thing may go into debt, so that it passes at all. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #now_ms: () => number;
  #tokens: number;
  #filled_ms: number;

  constructor(rate: Rate, now_ms: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now_ms = now_ms;
    this.#tokens = rate.burst;
    this.#filled_ms = now_ms();
  }

  /** Milliseconds until the next thing may happen; 0 when it may now. */
  wait_ms(): number {
    this.#fill();
    return this.#tokens > 0 ? 0 : Math.max(1, Math.ceil((-this.#tokens * 1_000) / this.#rate.a_second));
  }

  take(cost = 1): void {
    this.#fill();
    this.#tokens -= cost;
  }

  isFull(): boolean {
    this.#fill();
    return this.#tokens >= this.#rate.burst;
  }

  #fill(): void {
    const now_ms = this.#now_ms();
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + ((now_ms - this.#filled_ms) * this.#rate.a_second) / 1_000);
    this.#filled_ms = now_ms;
  }
}
