/** What is going to happen, by time and, at one time, in the order in which it was put down. */
export class Agenda {
  now_ms: number;
  readonly #entries: { at: number; run: () => void }[] = [];

  constructor(start_ms: number) {
    this.now_ms = start_ms;
  }

  after(delay_ms: number, run: () => void): void {
    const at = this.now_ms + delay_ms;
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1]?.at ?? 0) > at) index -= 1;
    this.#entries.splice(index, 0, { at, run });
  }

  run(duration_ms: number): void {
    const end = this.now_ms + duration_ms;
    for (let next = this.#entries[0]; next !== undefined && next.at <= end; next = this.#entries[0]) {
      this.#entries.shift();
      this.now_ms = Math.max(this.now_ms, next.at);
      next.run();
    }
    this.now_ms = end;
  }
}
