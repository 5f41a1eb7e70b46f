/**
 * The clocks of one machine. They run at `rate` of true time: the monotonic clock from the world's start, the wall clock beside it, off by `skew_ms`
 * where somebody stepped it.
 */
export class HostClock {
  /** Wall clock against the monotonic one's. */
  skew_ms = 0;
  #rate = 1;
  #since_ms: number;
  #gained_ms = 0;

  constructor(start_ms: number) {
    this.#since_ms = start_ms;
  }

  /** From now on the clocks run so much faster than true time: 1.001 gains a millisecond a second. */
  setRate(rate: number, now_ms: number): void {
    this.#gained_ms = this.#gain_ms(now_ms);
    this.#since_ms = now_ms;
    this.#rate = rate;
  }

  /** True time that passes until this machine's clocks have gone on by `duration_ms`. */
  trueDuration_ms(duration_ms: number): number {
    return duration_ms / this.#rate;
  }

  /** Milliseconds that these clocks are ahead of true time. */
  #gain_ms(now_ms: number): number {
    return this.#rate === 1 ? this.#gained_ms : this.#gained_ms + (now_ms - this.#since_ms) * (this.#rate - 1);
  }

  mono_ms(now_ms: number, start_ms: number): number {
    return now_ms - start_ms + this.#gain_ms(now_ms);
  }

  unix_ms(now_ms: number): number {
    return Math.round(now_ms + this.skew_ms + this.#gain_ms(now_ms));
  }
}
