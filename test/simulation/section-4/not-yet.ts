import type { Section4Scenario } from './scenario-of.ts';

/** A scenario whose promise the protocol does not keep, with the reason and with what it needs. */
export interface NotYet extends Section4Scenario {
  readonly why: string;
}

/** What does not hold yet. `npm run soak -- --scenario NAME` prints the transcript. */
export const NOT_YET: readonly NotYet[] = [];
