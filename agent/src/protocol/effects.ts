/**
 * Everything that a server can do to the world, as data. The runtime has one executor per kind; a kind without an executor does not
 * compile. An effect with `request` is answered by a `result` event with the same id, within its `timeout_ms` where it has one.
 */
import type { RequestId } from './events.ts';
import type { ManagementFileName } from './management-files/management-files.ts';
import type { ProcedureEffect } from './procedure/procedure-effects.ts';
import type { Service } from './ring/ring-configuration.ts';
import type { Answer, Request } from './sem/messages.ts';

/** It replies; files on it can be opened as well, as far as is known; there is room, too. */
export type StorageDemand = 'answer' | 'open' | 'room';

export type Effect =
  /** One line of the system log (§5.2). `background`: written by a background job, `__` goes before the text. */
  | { readonly kind: 'log'; readonly background: boolean; readonly text: string }
  /** Ask for a `timer` event; a timer of the same name is replaced. */
  | { readonly kind: 'set-timer'; readonly timer: string; readonly after_ms: number }
  | { readonly kind: 'cancel-timer'; readonly timer: string }
  /** Replace one management file, or the file `versions` beside them, on the memory disk, atomically. */
  | { readonly kind: 'write-file'; readonly name: ManagementFileName | 'versions' | `data/${string}`; readonly content: string }
  | { readonly kind: 'write-flag' }
  /** Replace the copy of the management files on disk, durably and as a whole; empty: there is none. */
  | { readonly kind: 'write-copy'; readonly content: string }
  /** Ask another server (never oneself). A missing or late answer gives `failed`. */
  | { readonly kind: 'call'; readonly request: RequestId; readonly to: string; readonly message: Request; readonly timeout_ms: number }
  | { readonly kind: 'answer'; readonly call: string; readonly answer: Answer }
  /** Network examination: ICMP echo until the first reply or the timeout. */
  | { readonly kind: 'ping'; readonly request: RequestId; readonly address: string; readonly timeout_ms: number }
  /** Service examination: the dialogue named by the service's probe, the work of a client, or a script. */
  | {
      readonly kind: 'check-service';
      readonly request: RequestId;
      readonly address: string;
      readonly service: Service;
      readonly timeout_ms: number;
    }
  /** Does the shared storage do what is demanded of it? */
  | { readonly kind: 'check-storage'; readonly request: RequestId; readonly demand: StorageDemand; readonly timeout_ms: number }
  /** One sample of m_i, c_i, n_i (§3.3). */
  | { readonly kind: 'measure-load'; readonly request: RequestId }
  /** Set the address on this server's service interface and announce it by gratuitous ARP. Idempotent. */
  | { readonly kind: 'add-address'; readonly request: RequestId; readonly address: string; readonly prefix_length: number }
  | { readonly kind: 'remove-address'; readonly request: RequestId; readonly address: string }
  | { readonly kind: 'start-daemons'; readonly request: RequestId; readonly daemons: readonly string[] }
  /** Restart this machine in an orderly way. */
  | { readonly kind: 'restart-machine'; readonly request: RequestId }
  /** Switch a server off by its fencing device. Done when that was verified; fails where it has none. */
  | { readonly kind: 'fence'; readonly request: RequestId; readonly server: string }
  | { readonly kind: 'wake-on-lan'; readonly request: RequestId; readonly mac: string }
  /** Bring the helper and the hypervisor connection up ahead of time; no result. */
  | { readonly kind: 'prepare-hypervisor' }
  | { readonly kind: 'resume-standby'; readonly request: RequestId; readonly timeout_ms: number }
  /** Apply the target's installation procedure in the resumed standby through the guest agent (§3.1). */
  | {
      readonly kind: 'install-procedure';
      readonly request: RequestId;
      readonly target: string;
      /** IPV: the virtual server's own address. */
      readonly address: string;
      readonly prefix_length: number;
      readonly timeout_ms: number;
    }
  /** Set the virtual IP address in the virtual server and announce it. */
  | {
      readonly kind: 'add-virtual-server-address';
      readonly request: RequestId;
      readonly address: string;
      readonly prefix_length: number;
      readonly timeout_ms: number;
    }
  | {
      readonly kind: 'remove-virtual-server-address';
      readonly request: RequestId;
      readonly address: string;
      readonly prefix_length: number;
      readonly timeout_ms: number;
    }
  /** Standby back to its pristine saved memory and disk, rehearsed, suspended. Also creates it where it is absent. */
  | { readonly kind: 'reset-standby'; readonly request: RequestId; readonly timeout_ms: number }
  | ProcedureEffect;

export type EffectKind = Effect['kind'];
