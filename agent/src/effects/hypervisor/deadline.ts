/** An instant by which something has to be done, for the calls that it is made of. */
export class Deadline {
  readonly #at_ms: number;

  constructor(timeout_ms: number) {
    this.#at_ms = performance.now() + timeout_ms;
  }

  /**
   * Milliseconds that are left, more than none.
   * @throws Error when none is left
   */
  left(what: string): number {
    const left_ms = this.#at_ms - performance.now();
    if (left_ms <= 0) throw new Error(`no time left to ${what}`);
    return left_ms;
  }
}
