/** Text of the production code that is replaced when its module is loaded. `file` is below agent/src/protocol; `find` must be there once. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** What a trial came to. */
export interface Finding {
  /** The checker that held not, or the expectation that was not met, before a colon, and what was seen; `undefined`: all held. */
  readonly violation: string | undefined;
  /** How far the search went, and what repeats it. */
  readonly effort: string;
  /** Where in the search it ended: the code without the mutation is tried just there. */
  readonly at: number;
  /** What happened, as short as it could be made. */
  readonly trace: readonly string[];
}

/** Histories in which something must hold, run with the code as this thread has loaded it. */
export interface Trial {
  /** Search for something that does not hold. `trace`: shorten what is found, and tell it. */
  search(trace: boolean): Finding;
  /** What does not hold where another search ended. */
  again(at: number): string | undefined;
}

/** A rule that is dropped. */
export interface Mutation {
  readonly rule: string;
  readonly patches: readonly Patch[];
  readonly trial: Trial;
  /** Why nothing catches it, where that is right. */
  readonly harmless?: string;
}
