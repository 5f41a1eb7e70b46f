/** What must always hold (design: one holder, converge, covered, recover, leave the healthy alone, return, restart from nothing). */
export const INVARIANTS = {
  1: 'one holder',
  2: 'converge',
  3: 'covered',
  4: 'recover',
  5: 'leave the healthy alone',
  6: 'return',
  7: 'restart from nothing',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly at_ms: number;
  /** Whose address, recovery or manager it is about; `undefined` where it is about all. */
  readonly server: string | undefined;
  readonly what: string;
}

/** Told by a checker when its invariant does not hold, of one server or of all. */
export type Report = (invariant: Invariant, what: string, server?: string) => void;
