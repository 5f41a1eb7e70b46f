import type { Effect } from '../effects.ts';
import type { RequestId } from '../events.ts';
import type { Where } from './server-effects.ts';

/** How the ring asks for an address, and how it gives one up. */
export type AddEffect = Extract<Effect, { readonly kind: 'add-address' | 'add-virtual-server-address' }>;
export type RemoveEffect = Extract<Effect, { readonly kind: 'remove-address' | 'remove-virtual-server-address' }>;

/**
 * One virtual address that this machine holds or wants to:
 * - `protecting`: the kernel is told to let nothing of it pass without a lease;
 * - `acquiring`: the voters are asked, and when nobody else answers for it, it is set behind the closed filter;
 * - `held`: it was set and had a lease; where the lease is lost meanwhile, the voters are asked again;
 * - `releasing`: it is given up, and removed when nothing of it passes any more.
 */
export interface Custody {
  readonly where: Where;
  /** Tells it from an earlier custody of the same address. */
  readonly serial: number;
  /** When it began, on the monotonic clock. */
  readonly since_mono_ms: number;
  phase: 'protecting' | 'acquiring' | 'held' | 'releasing';
  /** The address stands on the interface, or in the virtual server. */
  configured: boolean;
  leased: boolean;
  /** Held without a majority, as the operator wants it (`dbss_no_quorum: keep`). */
  alone: boolean;
  /** The ring's requests that are answered when it is held. */
  waiting: RequestId[];
  /** What the ring wants removed when it is given up. */
  removals: RemoveEffect[];
  /** Asked for anew while it was being given up. */
  anew: AddEffect[];
  /** Who holds it, as the voters said last. */
  refusedBy: string | undefined;
  /** Holders that the log has named since the address was wanted, or its lease was over. */
  toldHolders: string[];
  /** Who answers for it on the network: the question is open, or is asked again in a while. */
  question: 'open' | 'again' | undefined;
  /** When that was asked last, the voters had said yes, and they have not taken it back: no machine of the ring held the address any more. */
  askedWithLease: boolean;
}

export function newCustody(where: Where, serial: number, since_mono_ms: number): Custody {
  return {
    where,
    serial,
    since_mono_ms,
    phase: 'protecting',
    configured: false,
    leased: false,
    alone: false,
    waiting: [],
    removals: [],
    anew: [],
    refusedBy: undefined,
    toldHolders: [],
    question: undefined,
    askedWithLease: false,
  };
}

export function whereOf(effect: AddEffect): Where {
  return effect.kind === 'add-address' ? 'machine' : 'tap';
}
