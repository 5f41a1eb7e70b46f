/** Sources that are remembered; beyond that all others share one allowance, so that made-up addresses cost no memory. */
const MOST_SOURCES = 1_024;

interface Allowance {
  left: number;
  refilled_ms: number;
}

/** A bucket for each source address: so many datagrams a second, and as many at once. */
export class RateLimit {
  readonly #per_second: number;
  readonly #now_ms: () => number;
  readonly #sources = new Map<string, Allowance>();
  readonly #others: Allowance;

  constructor(per_second: number, now_ms: () => number = () => performance.now()) {
    this.#per_second = per_second;
    this.#now_ms = now_ms;
    this.#others = { left: per_second, refilled_ms: now_ms() };
  }

  /** @returns whether one more from there is to be looked at */
  admits(source: string): boolean {
    const now_ms = this.#now_ms();
    const allowance = this.#allowanceOf(source, now_ms);
    allowance.left = Math.min(this.#per_second, allowance.left + ((now_ms - allowance.refilled_ms) * this.#per_second) / 1_000);
    allowance.refilled_ms = now_ms;
    if (allowance.left < 1) return false;
    allowance.left -= 1;
    return true;
  }

  #allowanceOf(source: string, now_ms: number): Allowance {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    if (this.#sources.size >= MOST_SOURCES) this.#forgetFull(now_ms);
    if (this.#sources.size >= MOST_SOURCES) return this.#others;
    const made = { left: this.#per_second, refilled_ms: now_ms };
    this.#sources.set(source, made);
    return made;
  }

  /** A source that was silent for a second has a full bucket: nothing is lost with it. */
  #forgetFull(now_ms: number): void {
    for (const [source, { refilled_ms }] of this.#sources) if (now_ms - refilled_ms > 1_000) this.#sources.delete(source);
  }
}
