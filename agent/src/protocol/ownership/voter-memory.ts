import type { LeaseTiming } from '../ring/ownership-configuration.ts';
import type { Claim } from './claim.ts';

/**
 * What a voter knows that is not on its disk. An agent that is stopped leaves it to the next one of the same boot, to which it is what it was: the voter was away
 * for a while, and refuses nothing for having forgotten. Moments on the monotonic clock, which goes on.
 */
export interface VoterMemory {
  /** Whose it is: the identity of the voter's disk. */
  readonly uuid: string;
  /**
   * Not believed from then on. An agent that does not know of memories, of another version, says nothing before it has been there for so long: whatever it supported is
   * not missing in a memory that is believed.
   */
  readonly until_mono_ms: number;
  readonly notBefore_mono_ms: number;
  /** By which it reckoned how long its locks last: of another profile they may be too short. */
  readonly lease: LeaseTiming;
  /** Claims that it supports or has seen freed. */
  readonly locks: readonly { readonly claim: Claim; readonly until_mono_ms: number; readonly freed: boolean }[];
}
