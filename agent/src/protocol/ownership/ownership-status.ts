import type { Holding, OwnershipState } from './ownership-state.ts';

export type AddressOwnership =
  | 'held'
  /** No majority supports it (`no_quorum: keep`). */
  | 'held-without-majority'
  /** Voters are asked, or will be after a pause. */
  | 'asked-for'
  | 'being-given-up';

/** What a machine tells about the ownership of addresses through the control socket. */
export interface OwnershipStatus {
  /** Of the voter's disk. */
  readonly uuid: string;
  /** By which this machine goes; `undefined` before bootstrap gave one. */
  readonly voters:
    | { readonly term: number; readonly version: number; readonly votes: readonly { readonly name: string; readonly weight: number }[] }
    | undefined;
  /** Addresses that this machine holds, asks for or is giving up. */
  readonly addresses: readonly { readonly address: string; readonly state: AddressOwnership; readonly epoch: number }[];
  /** It is changing the voters. */
  readonly leading: boolean;
}

export function ownershipStatusOf({ document, holder, leader }: OwnershipState): OwnershipStatus {
  const { uuid, configuration } = document;
  return {
    uuid,
    voters: configuration && {
      term: configuration.term,
      version: configuration.version,
      votes: configuration.voters.map(({ name, weight }) => ({ name, weight })),
    },
    addresses: Object.entries(holder.holdings).flatMap(([address, holding]) => {
      const state = stateOf(holding);
      const { highestEpoch, phase } = holding;
      return state === undefined ? [] : [{ address, state, epoch: 'claim' in phase ? phase.claim.epoch : highestEpoch }];
    }),
    leading: leader?.phase === 'leading',
  };
}

function stateOf({ phase }: Holding): AddressOwnership | undefined {
  if (phase.kind === 'idle') return undefined;
  if (phase.kind === 'ending') return 'being-given-up';
  if (phase.kind !== 'asking' || phase.leaseUntil_mono_ms === undefined) return 'asked-for';
  return phase.alone ? 'held-without-majority' : 'held';
}
