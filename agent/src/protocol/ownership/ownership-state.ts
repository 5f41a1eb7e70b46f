import { emptyRecord } from '../empty-record.ts';
import type { OwnershipConfiguration } from '../ring/ownership-configuration.ts';
import type { Claim, LeaseLength } from './claim.ts';
import type { Ask, OwnershipMessage } from './ownership-messages.ts';
import type { VoterDocument } from './voter-document.ts';

/**
 * What a machine knows about who holds which address: a plain value. A name that ends in `_mono_ms` is a moment on this machine's monotonic clock
 * and always one to come, a deadline; only whether it has passed is ever asked.
 */
export interface OwnershipState {
  readonly self: string;
  readonly inventory: OwnershipConfiguration;
  started: boolean;
  /** As it stands on disk. */
  document: VoterDocument;
  voter: VoterState;
  holder: HolderState;
  leader: LeaderState | undefined;
  /** For when the timer is set. */
  tick_mono_ms: number | undefined;
}

export interface VoterState {
  /** Until then everything is refused: what was promised before the start is forgotten (V1). */
  notBefore_mono_ms: number;
  locks: Record<string, Lock>;
  /** What is on its way to the disk, one document at a time. */
  writing: Writing | undefined;
  /** Asks that came meanwhile, the last of each sender. */
  waiting: Record<string, AskMessage>;
  /** The last write failed, which was told. */
  failing: boolean;
}

/** The claim that a voter supports, and until when it supports no other. */
export interface Lock {
  readonly claim: Claim;
  until_mono_ms: number;
  freed: boolean;
  /** The grant is on disk. Before that nobody hears of it. */
  written: boolean;
}

export type AskMessage = Extract<OwnershipMessage, { readonly kind: 'ask' }>;

export interface Writing {
  readonly document: VoterDocument;
  readonly grants: readonly Ask[];
}

export interface HolderState {
  nextSequence: number;
  holdings: Record<string, Holding>;
  /** Staged, and sent as soon as no other is on its way to the kernel: all addresses in one datagram. */
  ready: Ask[];
  /** The agent is about to be restarted: leases are long until then. */
  longUntil_mono_ms: number | undefined;
  /** The ring was told that the long leases are there. */
  preparedTold: boolean;
  /** Claims that are over, told again a few times. */
  freed: { readonly claim: Claim; readonly by: 'holder' | 'fence'; left: number }[];
  freeAgain_mono_ms: number | undefined;
  /** The last work on a lease or a claim failed, which was told. */
  failing: boolean;
}

/** One address that this machine holds, wants or has held. */
export interface Holding {
  wanted: boolean;
  /** Seen for the address, anywhere. */
  highestEpoch: number;
  /** That no majority supports it was told since it last did. */
  failureTold: boolean;
  phase: HoldingPhase;
}

export type HoldingPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'drawing' }
  | { readonly kind: 'storing'; readonly claim: Claim }
  | Asking
  | Ending
  | { readonly kind: 'pausing'; until_mono_ms: number };

/** The claim is in /run and voters are asked, with or without a lease. */
export interface Asking {
  readonly kind: 'asking';
  readonly claim: Claim;
  length: LeaseLength;
  /** Answers to earlier asks say nothing about a lease of this length, or are another agent's. */
  firstSequence: number;
  /** By voter, the greatest sequence that it said yes to. */
  acked: Record<string, number>;
  /** On its way to the kernel. */
  staging: number | undefined;
  /** In the kernel, and when at the earliest each is gone there. */
  staged: { readonly sequence: number; readonly length: LeaseLength; readonly until_mono_ms: number }[];
  /** The sequence that was last switched on for a majority; 0: none by this agent. */
  switched: number;
  leaseUntil_mono_ms: number | undefined;
  due_mono_ms: number;
  giveUp_mono_ms: number;
  /** A voter said yes to this claim: it may be locked by it. */
  heardYes: boolean;
  /** A voter supports another claim. */
  rivalled: boolean;
  /** The address is held without a majority (`no_quorum: keep`). */
  alone: boolean;
  /** Whose claim stood in the way, as the ring was told. */
  refusedFor: string | undefined;
}

/** The claim is given up: nothing passes, then the file is gone, then the voters hear of it (H6). */
export interface Ending {
  readonly kind: 'ending';
  readonly claim: Claim;
  step: 'drop' | 'delete';
  /** Before the next claim. */
  readonly pause_ms: number;
  /** The step failed and is done again. */
  again_mono_ms: number | undefined;
}

/** This machine changes the voters, or is about to (C1-C4). */
export interface LeaderState {
  wanted: readonly string[];
  phase: 'pausing' | 'drawing' | 'candidate' | 'leading';
  claim: Claim | undefined;
  /** Voters that said yes to the claim under the present configuration. */
  acked: string[];
  /** A majority did, and so long ago that no lease of an older configuration is left: the next change may be made. */
  ready_mono_ms: number | undefined;
  /** Disks of the wanted voters, as they told them. */
  uuids: Record<string, string>;
  /** For the next ask or, after a pause, the next try. */
  due_mono_ms: number | undefined;
  /** Of the configuration, seen anywhere. */
  highestEpoch: number;
}

/** Before `started`, which brings the document. */
export function initialOwnershipState(self: string, inventory: OwnershipConfiguration): OwnershipState {
  return {
    self,
    inventory,
    started: false,
    document: { uuid: '', configuration: undefined, granted: emptyRecord() },
    voter: { notBefore_mono_ms: 0, locks: emptyRecord(), writing: undefined, waiting: emptyRecord(), failing: false },
    holder: {
      nextSequence: 1,
      holdings: emptyRecord(),
      ready: [],
      longUntil_mono_ms: undefined,
      preparedTold: false,
      freed: [],
      freeAgain_mono_ms: undefined,
      failing: false,
    },
    leader: undefined,
    tick_mono_ms: undefined,
  };
}
