/**
 * What the ownership of addresses asks of the machine, as data. Each with `request` is answered by a `result` event. They are begun in the order in
 * which they are asked, and nothing waits for what takes longer, but for the three about leases: those go through one program, in their order.
 */
import type { RequestId } from '../events.ts';
import type { Claim } from './claim.ts';
import type { OwnershipMessage } from './ownership-messages.ts';
import type { VoterDocument } from './voter-document.ts';

export type OwnershipEffect =
  | { readonly kind: 'log'; readonly background: boolean; readonly text: string }
  /** Ask for a `timer` event; a timer of the same name is replaced. The names begin with `ownership-`. */
  | { readonly kind: 'set-timer'; readonly timer: string; readonly after_ms: number }
  | { readonly kind: 'cancel-timer'; readonly timer: string }
  /** To a voter or holder by name, on both networks. Never to oneself. */
  | { readonly kind: 'send-datagram'; readonly to: string; readonly message: OwnershipMessage }
  /** The result is a `nonce`. */
  | { readonly kind: 'draw-nonce'; readonly request: RequestId }
  /**
   * Put the element (address, mark) into the kernel; it is gone `length_ms` after the kernel took it, whatever becomes of the agent. Done when
   * the kernel has acknowledged it. An element that is there already is left as it is.
   */
  | {
      readonly kind: 'stage-lease';
      readonly request: RequestId;
      readonly address: string;
      /** From 1, 32 bits. */
      readonly mark: number;
      readonly length_ms: number;
    }
  /** Let packets of the address pass as long as the element (address, mark) is there. */
  | { readonly kind: 'switch-lease'; readonly address: string; readonly mark: number }
  /** From the acknowledgement on no packet of the address passes, and no element of the address is left that a late switch could find. */
  | { readonly kind: 'drop-lease'; readonly request: RequestId; readonly address: string }
  /** The claim in /run (gone with a reboot, kept over an agent's restart), atomically; `undefined` deletes it. */
  | { readonly kind: 'store-claim'; readonly request: RequestId; readonly address: string; readonly claim: Claim | undefined }
  /** On disk, with fsync, before the result. */
  | { readonly kind: 'store-voter'; readonly request: RequestId; readonly document: VoterDocument };
