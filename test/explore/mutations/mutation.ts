import type { Scope } from '../scope.ts';

/** A rule that is dropped: text of the core that is replaced, or a wrong runtime or kernel in the scope. */
export interface Mutation {
  readonly rule: string;
  /** Files below agent/src/protocol/ownership. Each `find` must be there once. */
  readonly patches: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  readonly scope: Scope;
  /** Why nothing catches it, where that is right. */
  readonly harmless?: string;
}
