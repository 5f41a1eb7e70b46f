import type { Recovery } from '../../inspect/recoveries.ts';
import { type Durations, DURATIONS } from '../durations.ts';

/** Durations that a simulation takes, and where they come from in words. */
export interface ChosenDurations {
  readonly durations: Durations;
  readonly from: string;
}

/**
 * Durations of this ring's own machines: medians of measured recoveries, and for what none of them tells the defaults. A boot is what a recovery of the
 * target takes beyond its verdict and, where it was shut down, beyond the wait for a restart.
 *
 * @param recoveries measured ones, as `dbssctl ring recoveries` tells them; empty where there are none
 */
export function chooseDurations(recoveries: readonly Recovery[], restart_wait_ms: number): ChosenDurations {
  if (recoveries.length === 0) return { durations: DURATIONS, from: 'defaults: no recovery of this inventory has been measured' };
  const boots = recoveries.flatMap(({ problem, times: { target_s, reexamination_s } }) => {
    if (target_s === null) return [];
    return [target_s * 1000 - (reexamination_s ?? 0) * 1000 - (problem === 'network' ? restart_wait_ms : 0)];
  });
  const seconds = (of: 'resume_s' | 'installation_s' | 'address_s'): number[] =>
    recoveries.flatMap(({ times }) => (times[of] === null ? [] : [times[of] * 1000]));
  return {
    durations: {
      ...DURATIONS,
      resume: median(seconds('resume_s')) ?? DURATIONS.resume,
      installation: median(seconds('installation_s')) ?? DURATIONS.installation,
      address: median(seconds('address_s')) ?? DURATIONS.address,
      boot: median(boots.filter((boot_ms) => boot_ms > 0)) ?? DURATIONS.boot,
    },
    from: `medians of ${String(recoveries.length)} measured ${recoveries.length === 1 ? 'recovery' : 'recoveries'} of this inventory`,
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : Math.round((low + high) / 2);
}
