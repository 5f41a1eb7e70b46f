/** What is remembered about a target beyond one recovery, on its manager. Moments on this machine's monotonic clock. */
export interface TargetHistory {
  returns_mono_ms: number[];
  starts_mono_ms: number[];
}
