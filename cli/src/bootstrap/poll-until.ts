import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Look again and again until something holds.
 *
 * @param look returns what was seen; `done` says whether that is enough
 * @returns the last thing seen, and whether it was enough before `limit_ms`
 */
export async function pollUntil<Seen>(
  look: () => Promise<Seen>,
  done: (seen: Seen) => boolean,
  options: { readonly limit_ms: number; readonly every_ms: number; readonly signal: AbortSignal },
): Promise<{ readonly seen: Seen; readonly enough: boolean }> {
  const end = performance.now() + options.limit_ms;
  for (;;) {
    options.signal.throwIfAborted();
    const seen = await look();
    if (done(seen)) return { seen, enough: true };
    if (performance.now() >= end) return { seen, enough: false };
    await sleep(options.every_ms, undefined, { signal: options.signal });
  }
}
