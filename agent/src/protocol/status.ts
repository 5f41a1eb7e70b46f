import type { StandbyState } from './recovery/standby.ts';
import type { RemainingCapacity } from './load/remaining-capacity.ts';
import type { ManagementFiles } from './management-files/management-files.ts';

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
  readonly standby: { readonly state: StandbyState; readonly target: string | undefined };
  /** Result of the last internal monitoring. */
  readonly internal: { readonly network: boolean | undefined; readonly services: Readonly<Record<string, boolean>> };
  readonly remaining: RemainingCapacity | undefined;
}

export interface DbssStatus {
  readonly name: string;
  readonly target: string;
  readonly phase: string;
  /** The target is well, but not returned before this moment (wall clock of the manager), because it was returned so often lately. */
  readonly heldBack?: { readonly until_unix_ms: number; readonly returns: number };
}
