/**
 * Beat of the attempt after one that ended. Attempts start on a fixed beat (beat n at n intervals after the first) and never overlap: a beat
 * that came while one was at work is left out, unless it came only just before the end, as when an attempt takes exactly one interval.
 *
 * @param beat of the attempt that ended
 * @param ended_ms its end, counted from beat 0
 */
export function nextBeat(beat: number, interval_ms: number, ended_ms: number): number {
  const passed = Math.floor(ended_ms / interval_ms);
  const late_ms = ended_ms - passed * interval_ms;
  return passed > beat && late_ms <= interval_ms / 10 ? passed : passed + 1;
}

/**
 * How long to wait before the first attempt, so that attempts start at a phase of the wall clock's intervals.
 *
 * @param phase_ms Unix time modulo the interval
 */
export function untilPhase_ms(now_ms: number, interval_ms: number, phase_ms: number): number {
  const late_ms = (now_ms - phase_ms) % interval_ms;
  return late_ms === 0 ? 0 : (interval_ms - late_ms) % interval_ms;
}
