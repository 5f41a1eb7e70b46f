import type { LeaseTiming } from '@dbss/agent/protocol/ring/ownership-configuration.ts';

/** How a machine's clock goes: at the limits of `clock_error`, or true. */
export type ClockRate = 'slow' | 'true' | 'fast';

/** Faults and wishes, and how often each may happen in one history. `timer`: timers that expire, as many as can where it is not given. */
export const CHANCES = ['restart', 'stop', 'reboot', 'give-up', 'hold', 'prepare', 'fence', 'duplicate', 'want', 'timer'] as const;
export type Chance = (typeof CHANCES)[number];

/** What a wrong runtime or kernel would do; only the table of mutations uses it. */
export interface Wrong {
  /** The event loop's time, as it was when the last event began, instead of the clock (V2). */
  readonly cachedClock?: boolean;
  /** The kernel is given what remains of a lease when it is switched on, instead of a deadline when it is staged. */
  readonly relativeTimeout?: boolean;
  /** A machine gets an empty disk under its old identity when it reboots. */
  readonly blankDisk?: boolean;
}

/** What is explored: every history of these machines within these bounds. */
export interface Scope {
  readonly name: string;
  readonly machines: readonly { readonly name: string; readonly weight: number; readonly clock: ClockRate }[];
  readonly claimants: readonly string[];
  /** The first claimant's claim has been granted by these voters and its own when it begins; else nobody has claimed yet. */
  readonly held?: readonly string[] | undefined;
  /** Configurations of term 1 that machines have at the beginning; all machines with version 1 where none is given. */
  readonly configured?: Readonly<Record<string, { readonly version: number; readonly voters: readonly string[] }>>;
  readonly chances: Readonly<Partial<Record<Chance, number>>>;
  /** Where not every machine may meet a chance, those that may. */
  readonly only?: Readonly<Partial<Record<Chance, readonly string[]>>>;
  /** What machines may be told to lead to, in this order. */
  readonly wants?: readonly { readonly leader: string; readonly voters: readonly string[] }[];
  /** Messages that are on their way and will arrive; all others are lost. */
  readonly messages: number;
  /** Steps of time. */
  readonly steps: number;
  readonly lease: LeaseTiming;
  /**
   * Whatever kernel and disk do is a move of its own, and so is the agent's hearing of it: a freeze may come between any two. Else all that a machine
   * does about one event happens at once, and what is late is the event.
   */
  readonly apart?: boolean;
  readonly wrong?: Wrong;
  /** That a majority is locked for who holds is not checked: to see what comes of it where it is not. */
  readonly unsupported?: boolean;
}

export const ADDRESS = 'vip';

/** Of a machine's own time in one step of true time: a quarter slower, true, a quarter faster. */
export const STEP: Readonly<Record<ClockRate, number>> = { slow: 3, true: 4, fast: 5 };

/**
 * Coarse leases: at most 2 steps of time by a slow clock, 3 when long. A voter waits 10 and 15, which a fast clock reaches after the same 2 and 3
 * steps: nothing is to spare.
 */
export const COARSE: LeaseTiming = { lease_ms: 5, long_lease_ms: 8, renewal_ms: 1, clock_error: 0.25, kernel_guard_ms: 1 };
