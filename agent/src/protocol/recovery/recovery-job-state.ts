/**
 * The background job of §2.1 that recovers the target server. Ways on: restarting → examining; examining → waking | reported;
 * waking → reported. `watching` only looks whether the target has come back by itself or by an operator.
 */
export interface RecoveryJobState {
  phase: 'restarting' | 'examining' | 'waking' | 'watching';
  /** Monotonic time at which waiting ends. */
  deadline_mono_ms: number;
  /** Examination that runs now: its answers still outstanding, and whether one was abnormal. */
  outstanding: string[];
  abnormal: boolean;
  /** Examinations begun so far. */
  rounds: number;
  /** What the job reports to the foreground job (§2.1). */
  report: 'up.file' | 'down.file' | undefined;
}
