/** How long one piece of work may take. */
export interface Limits {
  /** For all of it, however many connections it takes. */
  readonly whole_ms: number;
  /** For making one connection; without it the whole. */
  readonly connecting_ms?: number | undefined;
}

/** One deadline for everything that is done at a service in one go. Whoever asked for the work may break it off before. */
export class TimeLimit {
  readonly connecting_ms: number;
  /** Aborted at the deadline, or when the work is broken off. */
  readonly signal: AbortSignal;
  readonly whole_ms: number;
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #breakingOff: AbortSignal | undefined;

  constructor({ whole_ms, connecting_ms = whole_ms }: Limits, breakingOff?: AbortSignal) {
    this.connecting_ms = Math.min(connecting_ms, whole_ms);
    this.whole_ms = whole_ms;
    this.#breakingOff = breakingOff;
    this.#timer = setTimeout(() => this.#ending.abort(), whole_ms);
    this.signal = breakingOff === undefined ? this.#ending.signal : AbortSignal.any([this.#ending.signal, breakingOff]);
  }

  /** Why the wait for something has ended. */
  missed(what: string): Error {
    if (this.#breakingOff?.aborted === true) return new Error(`broken off while waiting for ${what}`);
    return new Error(`${what} did not come within ${seconds(this.whole_ms)}`);
  }

  /**
   * Wait for what a library does, which may not end by itself.
   * @throws Error naming what was awaited, at the deadline at the latest
   */
  async wait<Result>(what: string, promise: Promise<Result>): Promise<Result> {
    let stop = (): void => undefined;
    const over = new Promise<never>((_resolve, reject) => {
      const end = (): void => reject(this.missed(what));
      stop = () => this.signal.removeEventListener('abort', end);
      if (this.signal.aborted) end();
      else this.signal.addEventListener('abort', end, { once: true });
    });
    try {
      return await Promise.race([promise, over]);
    } finally {
      stop();
    }
  }

  /** The work is done: what of it is still under way is not needed any more, and its connections are closed. */
  end(): void {
    clearTimeout(this.#timer);
    this.#ending.abort();
  }
}

/** Do one piece of work within its limits. */
export async function within<Result>(
  limits: Limits,
  work: (limit: TimeLimit) => Promise<Result>,
  breakingOff?: AbortSignal,
): Promise<Result> {
  const limit = new TimeLimit(limits, breakingOff);
  try {
    return await work(limit);
  } finally {
    limit.end();
  }
}

export function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(2)} s`;
}
