import { loadRecoveries } from '../../inspect/saved-recoveries.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { statePaths } from '../../inventory/state-paths.ts';
import { chooseDurations } from './measured-durations.ts';
import { parseFailures } from './parse-failure.ts';
import { renderPrediction } from './render-prediction.ts';
import { ringOfInventory } from './ring-of-inventory.ts';
import { type Prediction, simulate } from './simulate.ts';

/**
 * Predict what the failures would do to the ring of an inventory.
 *
 * @param failures as an operator writes them
 * @throws UserError when a failure cannot be read
 */
export async function predict(
  inventory: Inventory,
  failures: readonly string[],
  seed: number,
): Promise<{ readonly prediction: Prediction; readonly durationsFrom: string; readonly text: string }> {
  const ring = ringOfInventory(inventory);
  const faults = parseFailures(failures, ring.names);
  const { timing } = inventory;
  const { durations, from } = chooseDurations(await loadRecoveries(statePaths(inventory.path).recoveries), timing.restart_wait_ms);
  const prediction = simulate(ring, { faults, durations, seed, timing });
  return { prediction, durationsFrom: from, text: `${renderPrediction(faults, prediction)}\nDurations: ${from}.` };
}
