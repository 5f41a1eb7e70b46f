import type { Instant } from '../protocol/events.ts';

export type Clock = () => Instant;

/** This machine's clocks: the monotonic one counts from the agent's start. */
export const systemClock: Clock = () => ({ mono_ms: performance.now(), unix_ms: Date.now() });
