import type { Candidate } from '../load/selection.ts';
import type { RecoveryJobState } from '../recovery/recovery-job-state.ts';

/** The two problem lists of Table 2: network (Nt) and service program (St). */
export type ProblemKind = 'network' | 'service';

/**
 * Phases of a DBSS's foreground job (Fig. 1 with the additions of Fig. 12). Legal ways on:
 * monitoring → examining → monitoring | reexamining; reexamining → monitoring | selecting; selecting → creating | waiting;
 * creating → addressing | selecting; addressing → waiting | selecting; waiting → returning | ended; returning → monitoring | waiting.
 */
export type DbssPhase =
  | 'monitoring'
  | 'examining'
  | 'reexamining'
  | 'selecting'
  | 'creating'
  | 'addressing'
  | 'waiting'
  | 'returning';

/** DBSS_<target>_<manager>: one management program for one target server. */
export interface DbssState {
  readonly name: string;
  readonly target: string;
  phase: DbssPhase;
  /** Monotonic time at which the running examination began. */
  examination_mono_ms: number;
  problem: ProblemKind | undefined;
  /** Answers that the running phase still waits for, by subject. */
  outstanding: string[];
  /** Services found abnormal by the running examination. */
  abnormalServices: string[];
  detected_mono_ms: number;
  /** A3: capacities acquired, and servers that have not answered yet. */
  candidates: Candidate[];
  loadOutstanding: string[];
  /** Hosts that failed to create the virtual server in this recovery. */
  failedHosts: string[];
  /** Where the virtual server runs or is being created. */
  host: string | undefined;
  /** Whether the target has given up its address, or is not going to answer. */
  ownAddressReleased: boolean;
  virtualServerServes: boolean;
  creationFinished: boolean;
  job: RecoveryJobState | undefined;
}

/** Name of the DBSS that manages `target` on `manager`, as in §4.2. */
export function dbssName(target: string, manager: string): string {
  return `DBSS_${target}_${manager}`;
}

export function newDbss(target: string, manager: string): DbssState {
  return {
    name: dbssName(target, manager),
    target,
    phase: 'monitoring',
    examination_mono_ms: 0,
    problem: undefined,
    outstanding: [],
    abnormalServices: [],
    detected_mono_ms: 0,
    candidates: [],
    loadOutstanding: [],
    failedHosts: [],
    host: undefined,
    ownAddressReleased: false,
    virtualServerServes: false,
    creationFinished: false,
    job: undefined,
  };
}
