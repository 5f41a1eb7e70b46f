/**
 * What holders and voters say to each other, one datagram each. Everything may be lost, late, doubled or out of order; the runtime has
 * authenticated and validated what comes in.
 */
import type { Claim, LeaseLength } from './claim.ts';
import type { VotersConfiguration } from './voters-configuration.ts';

/** Configuration changes are asks for this address in the same messages. No inventory can contain it. */
export const CONFIGURATION_ADDRESS = '@config';

export interface Ask {
  readonly claim: Claim;
  /** Grows with each ask of a holder, over its agent's restarts too. */
  readonly sequence: number;
  readonly length: LeaseLength;
}

export interface Reply {
  readonly claim: Claim;
  readonly sequence: number;
  readonly yes: boolean;
  /**
   * With a refusal: the claim of the address that the voter last granted, and for how long it refuses at least. Who is to be fenced is read from
   * here before anything is done about it.
   */
  readonly epoch?: number;
  readonly holder?: string;
  readonly nonce?: string;
  readonly remaining_ms?: number;
}

export type OwnershipMessage =
  /** All addresses of its sender. */
  | { readonly kind: 'ask'; readonly configuration: VotersConfiguration; readonly asks: readonly Ask[] }
  | {
      readonly kind: 'reply';
      readonly voter: string;
      readonly uuid: string;
      /** Of the voter; it has none before it was given one. */
      readonly configuration: VotersConfiguration | undefined;
      readonly replies: readonly Reply[];
    }
  /** This very claim will never hold again: its holder says so, or who has switched the holder off and verified it. */
  | { readonly kind: 'free'; readonly claim: Claim; readonly by: 'holder' | 'fence' };
