/**
 * What servers say to each other on the SEM network. Each is a request that is answered once: the transport pairs answers
 * with requests, authenticates both ends and tells when an answer did not come in time.
 */
import type { ManagementFiles } from '../management-files/management-files.ts';
import type { RemainingCapacity } from '../load/remaining-capacity.ts';
import type { ProcedureStamp } from '../procedure/procedure-stamp.ts';
import type { StandbyState } from '../recovery/standby.ts';
import type { SharedRecord } from './shared-records.ts';

/** One edit of the management files with what SEM needs beyond the paper's Diff.dat: who, and when (decision 0320). Editor and epoch name it. */
export interface Edit {
  readonly editor: string;
  /** Greater than the epoch of every edit that the editor knew. Of a heartbeat: its own server's count. */
  readonly epoch: number;
  /** Text of Diff.dat (§3.1), one change a line. */
  readonly diff: string;
}

export type Request =
  | { readonly kind: 'edit'; readonly edit: Edit }
  /** The edit of the heartbeat file by the server that it is about, with the digest of its records. */
  | {
      readonly kind: 'heartbeat';
      readonly edit: Edit;
      readonly digest: string;
      /** The sender has separated the one that it tells. */
      readonly separated?: boolean | undefined;
    }
  /** All records of a server whose digest differs; it gets those of the other one. */
  | { readonly kind: 'exchange'; readonly records: readonly SharedRecord[] }
  /** A3: ask for the remaining capacity values. */
  | { readonly kind: 'load' }
  /** A server with an agent but no management files says that it is up, and which copy of them is on its disk. */
  | { readonly kind: 'hello'; readonly boot_id: string; readonly epoch?: number | undefined }
  | { readonly kind: 'state' }
  /** Before a verdict: how does the target look from there? The target itself examines the default gateway. */
  | { readonly kind: 'examine'; readonly target: string; readonly what: 'network' | 'service' }
  /** A5: resume the standby and make it a backup of `target`. Answered when its services run. */
  | { readonly kind: 'create-virtual-server'; readonly target: string }
  /** Set the target's virtual IP address on the virtual server. */
  | { readonly kind: 'set-virtual-address'; readonly target: string }
  /** Remove the virtual IP address from the virtual server, which goes on running. */
  | { readonly kind: 'release-virtual-address'; readonly target: string }
  /** Discard the virtual server: standby pristine and suspended again. Answered at once. */
  | { readonly kind: 'discard-virtual-server'; readonly target: string }
  /** To a target that is to be taken over: give up the own virtual address. */
  | { readonly kind: 'release-own-address' }
  /** To a target that has recovered: take the own virtual address back. */
  /** `unless_held`: look first whether another machine answers there. */
  | { readonly kind: 'take-own-address'; readonly vip: string; readonly unless_held?: boolean | undefined }
  | { readonly kind: 'restart' }
  | { readonly kind: 'start-daemons'; readonly daemons: readonly string[] }
  /** A6: management files for a recovered target with the versions of their records, then the flag file. */
  | { readonly kind: 'install-files'; readonly files: ManagementFiles; readonly versions: string }
  | { readonly kind: 'install-flag' }
  /** P2P method (§2.3): S.file sets the beginning of the interval; U.file and D.file tell the server with priority 2 what became of the target. */
  | { readonly kind: 's-file' }
  | { readonly kind: 'u-file'; readonly target: string }
  | { readonly kind: 'd-file'; readonly target: string }
  /** After a power cut of all servers: the newest copy of the files. Answered when the server has its virtual address; the flag file follows. */
  | { readonly kind: 'restart-ring'; readonly files: ManagementFiles; readonly versions: string }
  /** Which versions of installation procedure files the sender has; answered with the hearer's. */
  | { readonly kind: 'procedures'; readonly have: readonly ProcedureStamp[] }
  /** Ask for the newest version of a server's file that the hearer has. */
  | { readonly kind: 'fetch-procedure'; readonly server: string };

/** Durations measured where the work was done, for the system log. */
export interface CreationTimes {
  readonly resume_ms: number;
  readonly installation_ms: number;
}

export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** To an edit: the one who sent it is not in the group any more, so it edits nothing. */
  | { readonly kind: 'separated' }
  /** To a hello: whether there are management files here. */
  | { readonly kind: 'heard'; readonly has_files: boolean }
  | { readonly kind: 'records'; readonly records: readonly SharedRecord[] }
  | {
      readonly kind: 'load';
      readonly remaining: RemainingCapacity;
      readonly virtual_servers: number;
      readonly standby: StandbyState;
      /** Whose virtual server the standby is or becomes. */
      readonly standby_target?: string | undefined;
    }
  | { readonly kind: 'state'; readonly boot_id: string; readonly executor: string; readonly holds_own_address: boolean }
  | { readonly kind: 'examined'; readonly normal: boolean }
  | { readonly kind: 'created'; readonly times: CreationTimes }
  | { readonly kind: 'address-set'; readonly address_ms: number }
  /** The voters say that another machine holds the address, and go on saying so. */
  | { readonly kind: 'address-held'; readonly holder: string }
  | { readonly kind: 'procedures'; readonly have: readonly ProcedureStamp[] }
  /** A sealed installation procedure file in base64. */
  | { readonly kind: 'procedure'; readonly content: string };
