import type { Candidate } from '../load/selection.ts';
import type { Priority } from '../method/method.ts';
import type { AbnormalService } from './abnormal-service.ts';
import { type FirstManagerWatch, newFirstManagerWatch } from '../p2p/first-manager-watch.ts';
import type { RecoveryJobState } from '../recovery/recovery-job-state.ts';
import { type FailedHosts, newFailedHosts } from './failed-hosts.ts';
import { newStorageExamination, type StorageExamination } from './storage-examination.ts';

/** The two problem lists of Table 2: network (Nt) and service program (St). */
export type ProblemKind = 'network' | 'service';

/** The steps of A6 (Fig. 12) in their order. */
export type ReturnStep = 'release-virtual-address' | 'take-own-address' | 'install-files' | 'install-flag';

/**
 * Phases of a DBSS's foreground job (Fig. 1 with the additions of Fig. 12). Legal ways on:
 * monitoring → examining → monitoring | reexamining; reexamining → monitoring | selecting; selecting → creating | waiting;
 * creating → addressing | selecting; addressing → waiting | selecting; waiting → selecting | returning | ended;
 * returning → monitoring | addressing | selecting. After a restart of its agent a DBSS begins with selecting. In the P2P method a DBSS with priority 2
 * goes from reexamining to awaiting (U.file or D.file), and on to monitoring | selecting | ended. A member that waits for its files is searched for a virtual server that
 * serves for it: monitoring → searching → monitoring | returning | selecting.
 */
export type DbssPhase =
  'monitoring' | 'examining' | 'reexamining' | 'selecting' | 'creating' | 'addressing' | 'waiting' | 'returning' | 'awaiting' | 'searching';

/** DBSS_<target>_<manager>: one management program for one target server. */
export interface DbssState {
  readonly name: string;
  readonly target: string;
  /** Management priority (§2.2): 2 only in the P2P method. */
  priority: Priority;
  phase: DbssPhase;
  /** Names one examination and the recovery that follows from it: results of an earlier one change nothing. */
  serial: number;
  /** Monotonic time at which the last examination began; undefined when there was none since the target became a member of the group. */
  examination_mono_ms: number | undefined;
  /** The verdict came so late that the target was examined once more. */
  examinedAgain: boolean;
  problem: ProblemKind | undefined;
  /** Answers that the running phase still waits for, by subject. */
  outstanding: string[];
  /** Services found abnormal by the running examination. */
  abnormalServices: AbnormalService[];
  /** Examination of this server's own network beside the reexamination: a manager that is itself cut off takes nothing over. */
  ownNetwork: { outstanding: number; answers: boolean };
  /** Whether the shared storage answers, beside the reexamination of services. */
  storage: StorageExamination;
  /** What other servers and the target itself say beside the reexamination. */
  opinions: { outstanding: string[]; normalFor: string | undefined };
  /** Servers whose heartbeat is missing: who has not said yet whether its management program runs, where it does, and where it does not. */
  managers: { outstanding: string[]; running: string[]; away: string[] };
  /** The target's agent does not answer on the SEM network either. */
  isTargetSilent: boolean;
  /** Found abnormal, but the verdict on a server between this one and the target is still to come. */
  held: boolean;
  /** A3: capacities acquired, and servers that have not answered yet. */
  candidates: Candidate[];
  loadOutstanding: string[];
  /** A server whose virtual server serves for the target already: another manager had it made. */
  servingAlready: string | undefined;
  /** A host that prepares the virtual server while the target is reexamined. */
  preparing: string | undefined;
  failedHosts: FailedHosts;
  /** Where the virtual server runs or is being created. */
  host: string | undefined;
  /** Monotonic time until which the host of the virtual server may be at work. */
  hostWorkEnds_mono_ms: number;
  /** Whether the target has given up its address, or is not going to answer. */
  ownAddressReleased: boolean;
  /** The host found the address held by a living machine: how often, and whether that was fenced in vain. */
  heldAddress: { times: number; fenced: boolean };
  virtualServerServes: boolean;
  /** Examination of the virtual server while it serves. */
  virtualServerWatch: VirtualServerWatch;
  /** Recovery of an earlier agent that is taken up again: whether its virtual server serves is being looked at. */
  resuming: boolean;
  /** Step of A6 that the phase `returning` is at. */
  returnStep: ReturnStep;
  /** How often the running step has been asked for. */
  tries: number;
  /** How often the target has failed to take its address back in this recovery. */
  failedReturns: number;
  /** A target that is well again is not returned for a while because it flaps. */
  holdDown: HoldDown | undefined;
  job: RecoveryJobState | undefined;
  /** With priority 2: what is known about the server with priority 1. */
  firstManager: FirstManagerWatch;
}

/** Timers of a DBSS, before the colon of their names. */
export const DBSS_TIMERS = ['reexamine', 'job', 'create', 'return', 'virtual-server'] as const;
export type DbssTimer = (typeof DBSS_TIMERS)[number];

export interface HoldDown {
  readonly until_mono_ms: number;
  /** The same moment on the wall clock, to be told to an operator. */
  readonly until_unix_ms: number;
  /** How often it was returned lately. */
  readonly returns: number;
}

/** The virtual server is examined like a target: services, then its host's network, then the services again, then the shared storage. */
export interface VirtualServerWatch {
  stage: 'idle' | 'examining' | 'host' | 'reexamining' | 'storage';
  outstanding: string[];
  abnormalServices: AbnormalService[];
}

export function newVirtualServerWatch(): VirtualServerWatch {
  return { stage: 'idle', outstanding: [], abnormalServices: [] };
}

/** Name of the DBSS that manages `target` on `manager`, as in §4.2. */
export function dbssName(target: string, manager: string): string {
  return `DBSS_${target}_${manager}`;
}

export function newDbss(target: string, manager: string, serial: number): DbssState {
  return {
    name: dbssName(target, manager),
    target,
    priority: 1,
    phase: 'monitoring',
    serial,
    examination_mono_ms: undefined,
    examinedAgain: false,
    problem: undefined,
    outstanding: [],
    abnormalServices: [],
    ownNetwork: { outstanding: 0, answers: false },
    storage: newStorageExamination(),
    opinions: { outstanding: [], normalFor: undefined },
    managers: { outstanding: [], running: [], away: [] },
    isTargetSilent: false,
    held: false,
    candidates: [],
    loadOutstanding: [],
    servingAlready: undefined,
    preparing: undefined,
    failedHosts: newFailedHosts(),
    host: undefined,
    hostWorkEnds_mono_ms: 0,
    ownAddressReleased: false,
    heldAddress: { times: 0, fenced: false },
    virtualServerServes: false,
    virtualServerWatch: newVirtualServerWatch(),
    resuming: false,
    returnStep: 'release-virtual-address',
    tries: 0,
    failedReturns: 0,
    holdDown: undefined,
    job: undefined,
    firstManager: newFirstManagerWatch(),
  };
}
