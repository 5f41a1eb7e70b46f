/** What can happen to the ownership of addresses on a machine, as data. */
import type { Instant, RequestId } from '../events.ts';
import type { Claim } from './claim.ts';
import type { OwnershipMessage } from './ownership-messages.ts';
import type { VoterMemory } from './voter-memory.ts';
import type { VoterDocument } from './voter-document.ts';
import type { VotersConfiguration } from './voters-configuration.ts';

export type OwnershipOutcome =
  { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: string } | { readonly kind: 'nonce'; readonly nonce: string };

/** `now`: read after the message was taken from the socket, never a time kept from before (V2). */
export type OwnershipEvent = { readonly now: Instant } & (
  | {
      readonly kind: 'started';
      readonly document: VoterDocument;
      /** Found in /run: an earlier agent of the same boot may hold by them (H7). */
      readonly claims: readonly Claim[];
      /** The boot's monotonic clock in microseconds: asks are numbered from there on, so that no number of an earlier agent comes again. */
      readonly boot_us: number;
      /** Of an agent that was stopped in this boot; undefined after one that was killed, and after a boot (V1). */
      readonly memory?: VoterMemory | undefined;
    }
  | { readonly kind: 'datagram'; readonly from: string; readonly message: OwnershipMessage }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'result'; readonly request: RequestId; readonly outcome: OwnershipOutcome }
  /** The ring wants this machine to hold the address, for itself or for its virtual server, or does not any more. Both may be said again. */
  | { readonly kind: 'hold'; readonly address: string }
  | { readonly kind: 'give-up'; readonly address: string }
  /** The holder of this claim was switched off, which was verified; the claim had been read from a voter before. */
  | { readonly kind: 'fenced'; readonly claim: Claim }
  /** This machine is to lead the voters to this set, one step at a time (C1-C4). */
  | { readonly kind: 'want-voters'; readonly voters: readonly string[] }
  /** Somebody else leads them from now on. */
  | { readonly kind: 'leave-voters' }
  /** The agent is going to be restarted: take a long lease for each address held. */
  | { readonly kind: 'prepare-restart' }
  /** By bootstrap; refused where there is a configuration. */
  | { readonly kind: 'install-configuration'; readonly configuration: VotersConfiguration }
);

/** What the ring learns. */
export type OwnershipNotice =
  | { readonly kind: 'lease-began'; readonly address: string; readonly claim: Claim }
  /** It is asked for again if it is still wanted. */
  | { readonly kind: 'lease-lost'; readonly address: string; readonly reason: string }
  /** Nothing passes any more, and the voters were told. */
  | { readonly kind: 'given-up'; readonly address: string }
  | {
      readonly kind: 'refused';
      readonly address: string;
      /** What the voter granted to another holder; `undefined`: it refuses for a reason of its own. */
      readonly granted: Claim | undefined;
      readonly remaining_ms: number | undefined;
    }
  /** `dbss_no_quorum: keep`: no majority answers, and the address is held all the same. `lease-began` or `lease-lost` ends it. */
  | { readonly kind: 'held-without-majority'; readonly address: string }
  /** Every address held has its long lease; also when none is held. */
  | { readonly kind: 'prepared-for-restart' }
  /** This machine goes by these voters from now on. */
  | { readonly kind: 'voters-changed'; readonly configuration: VotersConfiguration };
