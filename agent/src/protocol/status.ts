import type { StandbyState } from './recovery/standby.ts';
import type { RemainingCapacity } from './load/remaining-capacity.ts';
import type { VotersConfiguration } from './ownership/voters-configuration.ts';
import type { ManagementFiles } from './management-files/management-files.ts';
import type { ProcedureStatus } from './procedure/procedure-status.ts';

/** What an agent tells about itself through the control socket; `dbssctl ring show` is made of these. */
export interface AgentStatus {
  readonly server: string;
  readonly cluster: string;
  /** State of the executor system (Fig. 7(a)). */
  readonly executor: 'waiting-for-files' | 'waiting-for-flag' | 'running';
  readonly boot_id: string;
  readonly files: ManagementFiles | undefined;
  /** DBSS_<target>_<manager> that run here. */
  readonly dbss: readonly DbssStatus[];
  /** Virtual addresses held here: `by` is the server's name, or `ftpb@web2` for a virtual server. */
  readonly holds: readonly { readonly vip: string; readonly by: string }[];
  /** Why its own virtual address is not set, although it is to be; tried again. */
  readonly ownAddressProblem?: string;
  readonly standby: { readonly state: StandbyState; readonly target: string | undefined };
  /** Result of the last internal monitoring. */
  readonly internal: { readonly network: boolean | undefined; readonly services: Readonly<Record<string, boolean>> };
  readonly remaining: RemainingCapacity | undefined;
  /** Missing from agents of earlier versions. */
  readonly procedures?: ProcedureStatus;
  /** Scripts that examine services and cannot be run here. Missing from agents of earlier versions. */
  readonly scriptsNotRun?: readonly ScriptNotRunStatus[];
  /** With `quorum: majority`: the leases of the virtual addresses that this machine holds or wants. */
  readonly leases?: readonly LeaseStatus[];
  readonly voter?: VoterStatus;
  /** Every address held has its long lease: the agent may be restarted. */
  readonly preparedForRestart?: boolean;
}

/** A script that examines a service, and why this server cannot run it. */
export interface ScriptNotRunStatus {
  readonly script: string;
  readonly reason: string;
}

/** What the voters have said about one virtual address here. */
export interface LeaseStatus {
  readonly vip: string;
  /** On the server's own interface, or behind the tap of its virtual server. */
  readonly where: 'machine' | 'tap';
  /**
   * `asking`: no lease yet. `lost`: the ring thinks that it is held here, and no majority of the voters says so: nothing of it passes.
   * `without-majority`: it passes all the same (`dbss_no_quorum: keep`).
   */
  readonly state: 'asking' | 'held' | 'lost' | 'without-majority' | 'releasing';
  /** Who holds it, as the voters said last. */
  readonly refusedBy: string | undefined;
}

/** The voter of a machine. */
export interface VoterStatus {
  /** Made with its disk. */
  readonly uuid: string;
  /** The voters that it goes by; undefined before bootstrap. */
  readonly configuration: VotersConfiguration | undefined;
}

export interface DbssStatus {
  readonly name: string;
  readonly target: string;
  readonly phase: string;
  /** Priority 2 of the P2P method; where it is not told, 1. */
  readonly priority?: 2;
  /** Its services are abnormal and so is the shared storage, and why that is thought: it is left alone. */
  readonly storageInDoubt?: string;
  /** The target was given up: nothing more is done to start it, its virtual server serves, and it is returned when it is back. */
  readonly givenUp?: true;
  /** Nobody serves its clients: each of these hosts failed to create its virtual server, and they try again at this moment (wall clock of the manager). */
  readonly noHost?: { readonly failed: readonly string[]; readonly again_unix_ms: number };
  /** The target is well, but not returned before this moment (wall clock of the manager), because it was returned so often lately. */
  readonly heldBack?: { readonly until_unix_ms: number; readonly returns: number };
}
