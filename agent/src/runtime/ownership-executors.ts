import { randomBytes } from 'node:crypto';
import type { OwnershipEffect } from '../protocol/ownership/ownership-effects.ts';
import type { ProtectEffect } from '../protocol/server/server-effects.ts';
import type { Claims } from '../effects/durable-documents/claims.ts';
import type { VoterDocuments } from '../effects/durable-documents/voter-documents.ts';
import type { Datagrams } from '../effects/datagrams/datagrams.ts';
import type { KernelLease } from '../effects/kernel-lease/kernel-lease.ts';
import type { EffectExecutors } from './effect-executors.ts';

/** What a voter works with. */
export interface VoterEquipment {
  readonly datagrams: Datagrams;
  readonly documents: VoterDocuments;
  /** Told about what has no result and failed. */
  readonly failed: (what: string, error: unknown) => void;
}

/** What the ownership of addresses works with on a server, which also holds addresses. */
export interface OwnershipEquipment extends VoterEquipment {
  readonly kernel: KernelLease;
  readonly claims: Claims;
}

type VoterKind = 'send-datagram' | 'draw-nonce' | 'store-voter';
type HolderKind = Exclude<OwnershipEffect['kind'] | ProtectEffect['kind'], VoterKind | 'log' | 'set-timer' | 'cancel-timer'>;

/** Executors of what a holder and a voter ask of their machine; without equipment nobody asks. */
export function ownershipExecutors(equipment: OwnershipEquipment | undefined): Pick<EffectExecutors, VoterKind | HolderKind> {
  const needed = (): OwnershipEquipment => {
    if (equipment === undefined) throw new Error('leases are asked for with quorum majority only');
    return equipment;
  };
  return {
    ...voterExecutors(needed),
    'protect-address': ({ address, where }) => needed().kernel.protect(address, where),
    'stage-lease': ({ address, mark, length_ms }) => needed().kernel.stage(address, mark, length_ms),
    'switch-lease': ({ address, mark }) => {
      const { kernel, failed } = needed();
      kernel.switchTo(address, mark).catch((error: unknown) => failed(`switching the lease of ${address}`, error));
    },
    'drop-lease': ({ address }) => needed().kernel.drop(address),
    'store-claim': ({ address, claim }) => needed().claims.store(address, claim),
  };
}

/** Executors of what a voter asks of its machine: all that a witness has. */
export function voterExecutors(equipment: () => VoterEquipment): Pick<EffectExecutors, VoterKind> {
  return {
    'send-datagram': ({ to, message }) => equipment().datagrams.send(to, message),
    'draw-nonce': () => Promise.resolve({ kind: 'nonce', nonce: randomBytes(16).toString('hex') }),
    'store-voter': ({ document }) => equipment().documents.store(document),
  };
}
