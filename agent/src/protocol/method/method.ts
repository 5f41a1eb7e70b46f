/**
 * The server management methods that the paper compares: `ring` is the proposal (§2.2, Fig. 2(b)), `p2p` has two managers with priorities for each
 * target (§2.3, Fig. 3), `dedicated` one management server for all of them (§2.1, Fig. 1). All run on the same core; they differ in who manages whom.
 */
export const METHODS = ['ring', 'p2p', 'dedicated'] as const;
export type Method = (typeof METHODS)[number];

/** Management priorities of §2.2: 1 (P1) recovers the target, 2 (P2) waits for what comes of it. Only `p2p` has a second one. */
export type Priority = 1 | 2;

export interface MethodConfiguration {
  readonly method: Method;
  /** With `dedicated`: the server that manages all others. Nobody manages it. */
  readonly management_server?: string | undefined;
}
