import { setTimeout as delay } from 'node:timers/promises';

/** Often enough for a wait of minutes, and rarely enough to disturb nobody on a machine with few cores. */
const LOOK_EVERY_MS = 2_000;

/** Time as the wait sees it. */
export interface Clock {
  readonly now_ms: () => number;
  readonly wait: (duration_ms: number) => Promise<void>;
}

export interface Hold {
  /** For so long nothing may be abnormal. */
  readonly hold_ms: number;
  /** How long it may take until nothing is abnormal any more. */
  readonly limit_ms: number;
  readonly signal: AbortSignal;
}

/**
 * Wait until nothing has been abnormal for a while; the last look is at the end of that while.
 *
 * @param look what is abnormal now, in words
 * @returns what is abnormal when the time is over; empty when nothing is
 * @throws AbortError when the signal is aborted
 */
export async function untilHeld(
  look: () => Promise<readonly string[]>,
  { hold_ms, limit_ms, signal }: Hold,
  clock: Clock = { now_ms: () => performance.now(), wait: (duration_ms) => delay(duration_ms, undefined, { signal }) },
): Promise<readonly string[]> {
  const deadline_ms = clock.now_ms() + limit_ms;
  let since_ms: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const abnormal = await look();
    const now_ms = clock.now_ms();
    since_ms = abnormal.length > 0 ? undefined : (since_ms ?? now_ms);
    if (since_ms !== undefined && now_ms - since_ms >= hold_ms) return [];
    if (abnormal.length > 0 && now_ms >= deadline_ms) return abnormal;
    await clock.wait(since_ms === undefined ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, Math.ceil(since_ms + hold_ms - now_ms)));
  }
}
