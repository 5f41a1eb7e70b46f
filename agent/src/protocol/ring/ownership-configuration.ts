/**
 * Who decides which machine may hold a virtual address, and for how long: the voters and the leases of a ring. Made from the inventory; it
 * does not change while the agent runs.
 */

/** `majority`: a holder asks the voters for a lease. `none`: the paper's behaviour, no agreement is asked before an address is taken. */
export const QUORUMS = ['majority', 'none'] as const;
export type Quorum = (typeof QUORUMS)[number];

/**
 * What the holder of an address does when no majority of the voters answers: `stop` gives the address up, `keep` goes on holding it, at the
 * risk that a second machine does too.
 */
export const NO_QUORUM_POLICIES = ['stop', 'keep'] as const;
export type NoQuorumPolicy = (typeof NO_QUORUM_POLICIES)[number];

/**
 * What is done with an address that another machine of the service network answers for, which no voter knows as its holder: `refuse` sets it when nobody
 * answers any more, `take` sets it and tells.
 */
export const DUPLICATE_ADDRESS_POLICIES = ['refuse', 'take'] as const;
export type DuplicateAddressPolicy = (typeof DUPLICATE_ADDRESS_POLICIES)[number];

/** A machine that is asked before an address is held, reached at two addresses so that the loss of one network silences nobody. */
export interface Voter {
  readonly name: string;
  /** Its real address on the service network. */
  readonly serviceAddress: string;
  readonly semAddress: string;
  /** Votes: 1, or 2 for the tie-breaker of an even number of voters. */
  readonly weight: number;
  /** It votes, and neither holds nor manages anything: no server of the ring. */
  readonly witness: boolean;
}

/**
 * Durations of leases. A voter that said yes to a lease of `l` milliseconds waits at least
 * `(l + kernel_guard_ms) · (1 + clock_error) / (1 - clock_error)` before it says yes to another claim for the same address.
 */
export interface LeaseTiming {
  /** For how long a majority of yeses lets an address be held. */
  readonly lease_ms: number;
  /** The same before a planned restart of the holder's agent; a voter that starts refuses everything until such a lease is over. */
  readonly long_lease_ms: number;
  /** How often a holder asks again; at most a quarter of `lease_ms`. */
  readonly renewal_ms: number;
  /** By which fraction a clock may run faster or slower than true time. */
  readonly clock_error: number;
  /** How late the kernel may enforce a deadline: its tick, and packets on their way. */
  readonly kernel_guard_ms: number;
}

export interface OwnershipConfiguration {
  readonly no_quorum: NoQuorumPolicy;
  readonly duplicate_address: DuplicateAddressPolicy;
  /** The servers in ring order, then the witness if there is one. */
  readonly voters: readonly Voter[];
  readonly lease: LeaseTiming;
}
