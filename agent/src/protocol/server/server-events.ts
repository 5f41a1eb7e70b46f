import type { Event, Instant, Outcome, RequestId } from '../events.ts';
import type { Claim } from '../ownership/claim.ts';
import type { OwnershipEvent, OwnershipOutcome } from '../ownership/ownership-events.ts';
import type { VoterMemory } from '../ownership/voter-memory.ts';
import type { VoterDocument } from '../ownership/voter-document.ts';

/** What a server that asks for leases finds when its agent starts: its voter's document, and claims of an agent that ran before in this boot. */
export interface Found {
  readonly document: VoterDocument;
  readonly claims: readonly Claim[];
  /** Addresses that the earlier agent had set in its virtual server and held. */
  readonly inGuest?: readonly string[] | undefined;
  /** The boot's monotonic clock in microseconds. */
  readonly boot_us: number;
  /** What its voter remembers; undefined where no agent of this boot has left it. */
  readonly memory?: VoterMemory | undefined;
}

/** Everything that can happen to a server whose ring asks a majority. With `quorum: none` only the ring's own events happen. */
export type ServerEvent =
  | Exclude<Event, { readonly kind: 'started' | 'result' }>
  | (Extract<Event, { readonly kind: 'started' }> & { readonly found?: Found | undefined })
  | { readonly now: Instant; readonly kind: 'result'; readonly request: RequestId; readonly outcome: Outcome | OwnershipOutcome }
  | Extract<OwnershipEvent, { readonly kind: 'datagram' | 'fenced' | 'prepare-restart' | 'install-configuration' }>;
