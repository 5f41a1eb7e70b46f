/** A text that is the same for equal values, whatever the order in which their parts came. Parts that are `undefined` are left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts: string[] = [];
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record).sort()) {
    if (record[key] !== undefined) parts.push(`${JSON.stringify(key)}:${canonical(record[key])}`);
  }
  return `{${parts.join(',')}}`;
}

/** Numbers for values: equal values have the same number, and the number gives the value back. */
export class Interned<T> {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #views: T[] = [];

  get size(): number {
    return this.#texts.length;
  }

  number(value: T): number {
    const text = canonical(value);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  /** To be looked at only. */
  view(number: number): Readonly<T> {
    return (this.#views[number] ??= this.value(number));
  }

  /** A fresh copy, to be changed at will. */
  value(number: number): T {
    return JSON.parse(this.#texts[number] ?? 'null') as T;
  }
}

/** Moves every deadline (`…_mono_ms`) in the value so much nearer; one that has passed stays at `floor`: it can do no more than have passed. */
export function comeNearer(value: unknown, duration: number, floor = 0): void {
  if (typeof value !== 'object' || value === null) return;
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const part = record[key];
    if (typeof part === 'number' && key.endsWith('_mono_ms')) record[key] = Math.max(floor, part - duration);
    else if (typeof part === 'object') comeNearer(part, duration, floor);
  }
}
