import { randomBytes } from 'node:crypto';
import type { Datagrams } from '../effects/datagrams/datagrams.ts';
import type { ClaimFiles } from '../effects/durable-documents/claim-files.ts';
import type { VoterDisk } from '../effects/durable-documents/voter-disk.ts';
import { otherHolderOf } from '../effects/duplicate-address/duplicate-address.ts';
import type { KernelLease } from '../effects/kernel-lease/kernel-lease.ts';
import type { OwnershipEffect } from '../protocol/ownership/ownership-effects.ts';
import type { OwnershipMessage } from '../protocol/ownership/ownership-messages.ts';
import type { AddressEffect } from '../protocol/server/server-effects.ts';
import type { EffectExecutors } from './executors.ts';

/** What a voter works with. */
export interface VoterEquipment {
  readonly datagrams: Datagrams<OwnershipMessage>;
  readonly disk: VoterDisk;
}

/** What a holder of addresses works with beside that. */
export interface HolderEquipment {
  readonly kernel: KernelLease;
  readonly claims: ClaimFiles;
  /** On the service network. */
  readonly networkInterface: string;
  /** MAC address of the own virtual server, which may have an address that it was given before. */
  readonly ownGuest: string;
  /** Told about what has no result and failed. */
  readonly failed: (what: string, error: unknown) => void;
}

type OwnershipKind = Exclude<(OwnershipEffect | AddressEffect)['kind'], 'log' | 'set-timer' | 'cancel-timer'>;

/** Executors of what the ownership of addresses asks of its machine. A witness has no holder's equipment, and with `quorum: none` nobody has any. */
export function ownershipExecutors(
  voter: VoterEquipment | undefined,
  holder: HolderEquipment | undefined,
): Pick<EffectExecutors, OwnershipKind> {
  return {
    'send-datagram': ({ to, message }) => needed(voter).datagrams.send(to, message),
    'draw-nonce': () => Promise.resolve({ kind: 'nonce', nonce: randomBytes(16).toString('hex') }),
    'store-voter': ({ document }) => needed(voter).disk.store(document),
    'protect-address': ({ address, where }) => needed(holder).kernel.protect(address, where),
    'ask-who-has': async ({ address, limit_ms }) => {
      const { networkInterface, ownGuest } = needed(holder);
      const other = await otherHolderOf(address, networkInterface, limit_ms);
      return other === undefined || other.mac === ownGuest.toLowerCase() ? undefined : { kind: 'held-by', mac: other.mac };
    },
    'note-in-guest': ({ address }) => needed(holder).claims.noteInGuest(address),
    'stage-lease': ({ address, mark, length_ms }) => needed(holder).kernel.stage(address, mark, length_ms),
    'switch-lease': ({ address, mark }) => {
      const { kernel, failed } = needed(holder);
      kernel.switchTo(address, mark).catch((error: unknown) => failed(`switching the lease of ${address}`, error));
    },
    'drop-lease': ({ address }) => needed(holder).kernel.drop(address),
    'store-claim': ({ address, claim }) => {
      needed(holder).claims.store(address, claim);
      return Promise.resolve();
    },
  };
}

function needed<Equipment>(equipment: Equipment | undefined): Equipment {
  if (equipment === undefined) throw new Error('this machine neither votes nor holds an address by votes');
  return equipment;
}
