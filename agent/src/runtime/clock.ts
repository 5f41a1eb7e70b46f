import type { Instant } from '../protocol/events.ts';

export type Clock = () => Instant;

/** This machine's clocks. The monotonic one counts from the machine's boot, so that moments of one agent mean the same to the next. */
export const systemClock: Clock = () => ({ mono_ms: Number(process.hrtime.bigint()) / 1e6, unix_ms: Date.now() });

/** The same clock in whole microseconds. */
export function bootClock_us(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
