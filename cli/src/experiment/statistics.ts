/** How values lie, in the unit of the values. A value that never came (null) counts as longer than all others, and is null here. */
export interface Spread {
  /** Values, those that never came included. */
  readonly count: number;
  /** How many of them never came. */
  readonly missing: number;
  readonly min: number | null;
  readonly lowerQuartile: number | null;
  readonly median: number | null;
  readonly upperQuartile: number | null;
  readonly max: number | null;
}

/**
 * Median and spread; quartiles are interpolated between neighbours.
 *
 * @param values null for one that never came, e.g. the recovery of a function that was not recovered
 */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const sorted = values.map((value) => value ?? Infinity).sort((a, b) => a - b);
  const at = (fraction: number): number | null => {
    const place = fraction * (sorted.length - 1);
    const low = sorted[Math.floor(place)];
    const high = sorted[Math.ceil(place)];
    if (low === undefined || high === undefined || high === Infinity) return null;
    return round(low + (high - low) * (place - Math.floor(place)));
  };
  return {
    count: sorted.length,
    missing: values.filter((value) => value === null).length,
    min: at(0),
    lowerQuartile: at(0.25),
    median: at(0.5),
    upperQuartile: at(0.75),
    max: at(1),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
