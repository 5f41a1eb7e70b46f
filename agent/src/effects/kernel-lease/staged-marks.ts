/**
 * Marks that may still be switched to, by address. A switch that comes after a drop finds its mark forgotten, although the element may not
 * have timed out in the kernel yet.
 */
export class StagedMarks {
  /** Marks of an address with the time until which they are worth keeping. */
  readonly #marks = new Map<string, Map<number, number>>();
  readonly #now_ms: () => number;

  constructor(now_ms: () => number = () => performance.now()) {
    this.#now_ms = now_ms;
  }

  add(address: string, mark: number, length_ms: number): void {
    const marks = this.#marks.get(address) ?? new Map<number, number>();
    this.#marks.set(address, marks);
    const now_ms = this.#now_ms();
    for (const [old, until_ms] of marks) if (until_ms < now_ms) marks.delete(old);
    // The kernel takes it later than now; twice the length is on the safe side, for what is forgotten too early is a lease lost.
    marks.set(mark, now_ms + 2 * length_ms);
  }

  has(address: string, mark: number): boolean {
    return this.#marks.get(address)?.has(mark) === true;
  }

  forget(address: string): void {
    this.#marks.delete(address);
  }
}
