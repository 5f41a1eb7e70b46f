import type { DbssPhase } from '@dbss/agent/protocol/dbss/dbss-state.ts';
import type { Method } from '@dbss/agent/protocol/method/method.ts';
import type { LeaseStatus, ScriptNotRunStatus } from '@dbss/agent/protocol/status.ts';
import type { StandbyState } from '@dbss/agent/protocol/recovery/standby.ts';

/**
 * What is said of one server:
 * - `managed`: a management server monitors it;
 * - `managing`: with the method `dedicated`, it is the management server, and nobody manages it;
 * - `recovering`: a management server has found it failed and works on its recovery;
 * - `separated`: out of the group, and nobody works on it any more: its virtual server serves until somebody repairs it;
 * - `unreachable`: neither it nor anybody else says what it does;
 * - `waiting`: its executor system waits for management files or flag;
 * - `unmanaged`: it runs in the group, but nobody monitors it.
 */
export type ServerState = 'managed' | 'managing' | 'recovering' | 'separated' | 'unreachable' | 'waiting' | 'unmanaged';

/** The ring as `dbssctl ring show --json` prints it. */
export interface RingView {
  readonly cluster: string;
  readonly method: Method;
  /** The server that manages all others in the dedicated method (§2.1), otherwise null. */
  readonly managementServer: string | null;
  /** Names in ring order as the group file has them; separated servers are missing. */
  readonly ring: readonly string[];
  readonly servers: readonly ServerView[];
  /** Null in a ring without a witness. */
  readonly witness: WitnessView | null;
  /** Who votes on who holds an address; null with `dbss_quorum: none` and before the first bootstrap. */
  readonly voters: VotersView | null;
  /** Where servers contradict each other, in words. */
  readonly disagreements: readonly string[];
  /** Every server is managed, but for a dedicated management server, which manages. */
  readonly allManaged: boolean;
}

export interface WitnessView {
  readonly name: string;
  /** Whether its agent answered. */
  readonly state: 'reachable' | 'unreachable';
  /** Why it did not answer. */
  readonly unreachable: string | null;
}

export interface ServerView {
  readonly name: string;
  readonly state: ServerState;
  /** Targets of the DBSSs that run on it, of those with priority 1 in the P2P method. */
  readonly manages: readonly string[];
  /** Targets that it manages with priority 2; empty in the other methods. */
  readonly managesSecond: readonly string[];
  /** Server on which the DBSS (with priority 1) runs that has it as its target. */
  readonly managedBy: string | null;
  /** Where that DBSS is in its flow chart. */
  readonly phase: DbssPhase | null;
  /** It is well, but its manager does not return it before `until` (ISO 8601), because it was returned so often lately; null when it is not held back. */
  readonly heldBack: { readonly until: string; readonly returns: number } | null;
  /** Nobody serves its clients: these hosts all failed to create its virtual server, and try again then (ISO 8601). Null where that is not so. */
  readonly noHost: { readonly failed: readonly string[]; readonly again: string } | null;
  /** Its services are abnormal, but its manager finds that the shared storage does not answer, and why; it takes nothing over. Null where that is not so. */
  readonly storageInDoubt: string | null;
  readonly vip: string;
  /** `ftp`, or `ftpb@web2` for a virtual server; null if nobody says that he holds the address. */
  readonly heldBy: string | null;
  /** What the voters have said last of the address; null with `dbss_quorum: none`, and when nobody holds or wants it. */
  readonly lease: LeaseState | null;
  /** Why the server cannot set its own address, e.g. because another machine answers for it; else null. */
  readonly addressProblem: string | null;
  /** Scripts that it cannot run, and why: what they examine is normal for it. */
  readonly scriptsNotRun: readonly ScriptNotRunStatus[];
  readonly services: readonly string[];
  /** Whether its last internal monitoring found network and services normal; null before the first, or without an answer. */
  readonly normal: boolean | null;
  /** Its last internal monitoring found its network abnormal: the gateway did not answer it. */
  readonly networkAbnormal: boolean;
  /** Services that its last internal monitoring found abnormal. */
  readonly abnormalServices: readonly string[];
  readonly standby: StandbyState | null;
  /** The target as whose backup its standby runs. */
  readonly standbyTarget: string | null;
  /** Its installation procedure file; null without an answer, and from an agent of an earlier version. */
  readonly procedure: ServerProcedure | null;
  /** Why it did not answer. */
  readonly unreachable: string | null;
}

export interface ServerProcedure {
  /** What it captured last; null while only the generated file is there. */
  readonly version: number | null;
  /** How its configuration differs from that. */
  readonly differences: readonly string[];
  /** Why its last capture failed. */
  readonly problem: string | null;
}

export type LeaseState = LeaseStatus['state'];

/** The newest configuration of the voters that anybody goes by. */
export interface VotersView {
  readonly term: number;
  readonly version: number;
  readonly voters: readonly { readonly name: string; readonly votes: number }[];
}
