import { createHash } from 'node:crypto';
import { Random } from '../simulator/random.ts';

/** Where in the monitoring interval a failure is placed: at its middle as in §5.2, or anywhere. */
export const MOMENTS = ['middle', 'random'] as const;
export type Moment = (typeof MOMENTS)[number];

/**
 * How long after the beginning of a monitoring interval a run's failure is placed. Runs that differ in nothing but their method get the same moment.
 *
 * @param seed of the series; the same seed gives the same moments, also when an experiment is continued
 */
export function momentOf(
  moment: Moment,
  interval_ms: number,
  run: { readonly case: string; readonly index: number },
  seed: number,
): number {
  switch (moment) {
    case 'middle':
      return interval_ms / 2;
    case 'random': {
      const own = createHash('sha256').update(`${seed} ${run.case} ${run.index}`).digest().readInt32BE(0);
      return Math.floor(new Random(own).fraction() * interval_ms);
    }
  }
}

/**
 * The next such moment: intervals begin at multiples of the interval in UNIX time (Fig. 7(b)).
 *
 * @param now_ms Unix time
 * @param lead_ms at least so long from now
 * @returns Unix time in milliseconds
 */
export function nextMoment(now_ms: number, interval_ms: number, offset_ms: number, lead_ms: number): number {
  const earliest_ms = now_ms + lead_ms;
  const begun_ms = Math.floor((earliest_ms - offset_ms) / interval_ms) * interval_ms + offset_ms;
  return begun_ms >= earliest_ms ? begun_ms : begun_ms + interval_ms;
}

/** Its multiples are spread evenly over [0, 1), however many there are. */
const GOLDEN_RATIO = 0.6180339887498949;

/**
 * When after the failure the client's next attempt comes. A client that tries once a second sees a second more or less of the same disconnection by that alone, so
 * the runs of a case are spread over it, and runs that differ in nothing but their method get the same.
 *
 * @param index of the run, from 1
 * @param planned_ms where in the monitoring interval the failure is placed
 * @returns Unix time modulo `access_interval_ms`
 */
export function clientPhase_ms(index: number, planned_ms: number, access_interval_ms: number): number {
  return Math.round(planned_ms + ((index * GOLDEN_RATIO) % 1) * access_interval_ms) % access_interval_ms;
}
