/** Longest delay that `setTimeout` takes; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** The protocol's timers, by name: setting one again replaces it. */
export class Timers {
  readonly #expired: (timer: string) => void;
  readonly #late: (late_ms: number) => void;
  readonly #now_ms: () => number;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** @param late told of each timer how late it expired */
  constructor(expired: (timer: string) => void, late: (late_ms: number) => void, now_ms: () => number = () => performance.now()) {
    this.#expired = expired;
    this.#late = late;
    this.#now_ms = now_ms;
  }

  set(timer: string, after_ms: number): void {
    this.#arm(timer, this.#now_ms() + after_ms);
  }

  cancel(timer: string): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.delete(timer);
  }

  cancelAll(): void {
    for (const timer of [...this.#timers.keys()]) this.cancel(timer);
  }

  /** `setTimeout` counts whole milliseconds and may be a fraction early: it is armed again until the time has come. */
  #arm(timer: string, due_ms: number): void {
    this.cancel(timer);
    const delay_ms = Math.min(Math.max(0, Math.ceil(due_ms - this.#now_ms())), LONGEST_DELAY_MS);
    const handle = setTimeout(() => {
      if (this.#timers.get(timer) !== handle) return;
      this.#timers.delete(timer);
      const late_ms = this.#now_ms() - due_ms;
      if (late_ms < 0) {
        this.#arm(timer, due_ms);
        return;
      }
      this.#late(late_ms);
      this.#expired(timer);
    }, delay_ms);
    this.#timers.set(timer, handle);
  }
}
