/** A stretch of time that is shown, and where. */
export interface ScaleSegment {
  readonly from_s: number;
  readonly to_s: number;
  readonly left: number;
  readonly right: number;
}

/** Time on the horizontal axis: stretches in which something happens, at one scale, and breaks where nothing does. */
export interface TimeScale {
  readonly segments: readonly ScaleSegment[];
  readonly pixels_per_s: number;
}

export interface ScaleSpace {
  readonly left: number;
  readonly right: number;
  /** Room behind the last moment, for what is written there. */
  readonly trailing: number;
}

/** Shown before and after each moment. */
const BEFORE_S = 1.5;
const AFTER_S = 2;
/** Stretches without a moment that are shorter than this are shown. */
const LONGEST_GAP_S = 6;
export const BREAK_WIDTH = 36;
const MOST_PIXELS_PER_S = 60;
const STEPS_S = [1, 2, 5, 10, 20, 50, 100];

/**
 * Lay moments out on a line.
 *
 * @param moments_s what is to be seen; at least one
 */
export function timeScale(moments_s: readonly number[], { left, right, trailing }: ScaleSpace): TimeScale {
  const stretches: { from_s: number; to_s: number }[] = [];
  for (const moment_s of moments_s.toSorted((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last !== undefined && moment_s - BEFORE_S - last.to_s < LONGEST_GAP_S) last.to_s = moment_s + AFTER_S;
    else stretches.push({ from_s: moment_s - BEFORE_S, to_s: moment_s + AFTER_S });
  }
  const shown_s = stretches.reduce((sum, { from_s, to_s }) => sum + to_s - from_s, 0);
  const room = right - left - trailing - BREAK_WIDTH * (stretches.length - 1);
  const pixels_per_s = Math.min(MOST_PIXELS_PER_S, room / shown_s);
  let at = left;
  const segments = stretches.map(({ from_s, to_s }, index) => {
    const isLast = index === stretches.length - 1;
    const begin = at;
    const end = isLast ? right : begin + (to_s - from_s) * pixels_per_s;
    at = end + BREAK_WIDTH;
    return { from_s, to_s: from_s + (end - begin) / pixels_per_s, left: begin, right: end };
  });
  return { segments, pixels_per_s };
}

/** Where a moment lies; undefined when it is not shown. */
export function placeOf({ segments, pixels_per_s }: TimeScale, moment_s: number): number | undefined {
  const segment = segments.find(({ from_s, to_s }) => moment_s >= from_s && moment_s <= to_s);
  return segment === undefined ? undefined : segment.left + (moment_s - segment.from_s) * pixels_per_s;
}

/** Whole seconds to be marked, no closer than `least` pixels. */
export function ticksOf({ segments, pixels_per_s }: TimeScale, least: number): readonly { readonly second: number; readonly x: number }[] {
  const step = STEPS_S.find((candidate) => candidate * pixels_per_s >= least) ?? 1000;
  return segments.flatMap(({ from_s, to_s, left }) => {
    const first = Math.ceil(from_s / step) * step;
    const count = Math.max(0, Math.floor((to_s - first) / step) + 1);
    return Array.from({ length: count }, (_, index) => {
      const second = first + index * step;
      return { second, x: left + (second - from_s) * pixels_per_s };
    });
  });
}
