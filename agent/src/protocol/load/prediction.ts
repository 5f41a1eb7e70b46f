import type { LoadSample } from './load-sample.ts';
import type { RemainingCapacity } from './remaining-capacity.ts';

/** Upper limits of the predicted loads (§3.3). */
export interface LoadLimits {
  readonly physical_memory_kb: number;
  readonly cpu_cores: number;
  /** N_rat: rated transmission plus reception in KB per second. */
  readonly network_rate_kb_s: number;
}

/** Average load of one step: Am_n, Ac_n, An_n of §3.3. `undefined` without samples. */
export function averageLoad(samples: readonly LoadSample[]): LoadSample | undefined {
  if (samples.length === 0) return undefined;
  const mean = (value: (sample: LoadSample) => number): number => samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
  return {
    available_memory_kb: mean((sample) => sample.available_memory_kb),
    cpu_idle_percent: mean((sample) => sample.cpu_idle_percent),
    network_kb_s: mean((sample) => sample.network_kb_s),
  };
}

/**
 * Predicted load by equations (1), (2) and (3): twice the last average less the one before it, kept between zero and the limit. The paper limits
 * Pn to "the rated transfer rate × 2", which is N_rat, transmission plus reception.
 */
export function predictLoad(average: LoadSample, previous: LoadSample, limits: LoadLimits): LoadSample {
  const predict = (now: number, before: number, limit: number): number => Math.min(Math.max(2 * now - before, 0), limit);
  return {
    available_memory_kb: predict(average.available_memory_kb, previous.available_memory_kb, limits.physical_memory_kb),
    cpu_idle_percent: predict(average.cpu_idle_percent, previous.cpu_idle_percent, limits.cpu_cores * 100),
    network_kb_s: predict(average.network_kb_s, previous.network_kb_s, limits.network_rate_kb_s),
  };
}

/**
 * Remaining capacity values by equations (4), (5) and (6), in percent. The text of (5) defines Tc as "the value obtained by adding the number of
 * CPU cores to Pc_n" and Tc_max as the largest Tc.
 */
export function remainingCapacity(predicted: LoadSample, limits: LoadLimits): RemainingCapacity {
  const tc = predicted.cpu_idle_percent + limits.cpu_cores;
  const tcMax = limits.cpu_cores * 100 + limits.cpu_cores;
  return {
    memory: (predicted.available_memory_kb / limits.physical_memory_kb) * 100,
    cpu: (tc / tcMax) * 100,
    network: ((limits.network_rate_kb_s - predicted.network_kb_s) / limits.network_rate_kb_s) * 100,
  };
}
