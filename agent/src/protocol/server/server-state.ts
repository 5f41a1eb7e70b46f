import { emptyRecord } from '../empty-record.ts';
import type { RequestId } from '../events.ts';
import { initialState, type NodeState } from '../node-state.ts';
import { initialOwnershipState, type OwnershipState } from '../ownership/ownership-state.ts';
import type { Claim } from '../ownership/claim.ts';
import type { RingConfiguration } from '../ring/ring-configuration.ts';
import type { Custody } from './custody.ts';

/** Everything that a server's agent knows: what the paper's ring knows and, where a majority is asked, who may hold which address. */
export interface ServerState {
  readonly ring: NodeState;
  /** Undefined with `quorum: none`. */
  readonly ownership: OwnershipState | undefined;
  readonly custody: Record<string, Custody>;
  /** Servers that are being switched off: by the ring's request, what they had claimed before. */
  readonly fencing: Record<RequestId, readonly Claim[]>;
  /** Tells the requests of one custody from those of an earlier one for the same address. */
  nextSerial: number;
  /** Every address held has its long lease: the agent may be restarted. */
  preparedForRestart: boolean;
  /** The voters that were last asked for, so that they are asked for once. */
  wantedVoters: string;
}

/** @throws Error for a configuration that asks for a majority and names no voters */
export function initialServerState(configuration: RingConfiguration): ServerState {
  return {
    ring: initialState(configuration),
    ownership: ownershipOf(configuration),
    custody: emptyRecord(),
    fencing: emptyRecord(),
    nextSerial: 1,
    preparedForRestart: false,
    wantedVoters: '',
  };
}

function ownershipOf({ quorum, ownership, self }: RingConfiguration): OwnershipState | undefined {
  if (quorum === 'none') return undefined;
  if (ownership === undefined) throw new Error(`quorum ${quorum} without voters`);
  return initialOwnershipState(self, ownership);
}
