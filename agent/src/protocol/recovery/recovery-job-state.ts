/**
 * The background job of §2.1 that recovers the target server. Ways on: restarting → examining; examining → waking | reported;
 * waking → reported. `watching` only looks whether the target has come back by itself or by an operator.
 */
export interface RecoveryJobState {
  phase: 'restarting' | 'examining' | 'waking' | 'watching';
  /** Names this job: results of an earlier one change nothing. */
  serial: number;
  /** Monotonic time at which waiting ends. */
  deadline_mono_ms: number;
  /** Examination that runs now: its answers still outstanding, and whether one was abnormal. */
  outstanding: string[];
  abnormal: boolean;
  /** Whether the target's network answered in the last examination, and how many in a row found the same. */
  reachable: boolean;
  rounds: number;
  /** What the job reports to the foreground job (§2.1). */
  report: 'up.file' | 'down.file' | undefined;
}

/**
 * How a job begins. `restart unless restarted`: a target that has restarted by itself meanwhile is spared. `restart`: in any case. `examine`: the
 * restart was asked for before. `watch`: after a pause, without restart or Wake-on-LAN.
 */
export type JobBeginning =
  | { readonly begin: 'restart unless restarted' }
  | { readonly begin: 'restart' }
  | { readonly begin: 'examine' }
  | { readonly begin: 'watch'; readonly pause_ms: number };
