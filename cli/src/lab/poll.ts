import { setTimeout as delay } from 'node:timers/promises';

/** How long, how often, and until when to look. */
export interface PollOptions {
  readonly timeout_ms: number;
  readonly every_ms: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Look again and again until there is something to see.
 *
 * @param look returns `undefined` while there is nothing
 * @returns what was seen, or `undefined` when the time was over
 * @throws AbortError when the signal is aborted
 */
export async function poll<T>(look: () => T | undefined | Promise<T | undefined>, options: PollOptions): Promise<T | undefined> {
  const deadline = performance.now() + options.timeout_ms;
  for (;;) {
    options.signal?.throwIfAborted();
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() >= deadline) return undefined;
    await delay(options.every_ms, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}
