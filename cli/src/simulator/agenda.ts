interface Entry {
  readonly at: number;
  /** Tells entries of one time apart: the one that was put down first comes first. */
  readonly order: number;
  readonly run: () => void;
}

/** What is going to happen, by time and, at one time, in the order in which it was put down. A binary heap: rings may be large. */
export class Agenda {
  now_ms: number;
  readonly #heap: Entry[] = [];
  #order = 0;

  constructor(start_ms: number) {
    this.now_ms = start_ms;
  }

  after(delay_ms: number, run: () => void): void {
    const entry = { at: this.now_ms + delay_ms, order: (this.#order += 1), run };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      this.#heap[index] = above;
      index = parent;
    }
    this.#heap[index] = entry;
  }

  run(duration_ms: number): void {
    const end = this.now_ms + duration_ms;
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#removeFirst();
      this.now_ms = Math.max(this.now_ms, next.at);
      next.run();
    }
    this.now_ms = end;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = heap[left + 1];
      const child = right !== undefined && isBefore(right, heap[left] ?? right) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
