import { readFileSync } from 'node:fs';
import { bootstrapSteps } from '../bootstrap/bootstrap.ts';
import { runInLines } from '../bootstrap/steps.ts';
import { withStateLock } from '../deploy/state-lock.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { checkInventory } from '../inventory/load-inventory.ts';
import { requireSameProgram } from './configuration.ts';
import { withMethod } from './method-in-inventory.ts';

/**
 * Make the lab of an inventory run a method: a bootstrap of the same inventory with another `dbss_method`. The file itself stays as it is.
 *
 * @param options.program the build of the agent that is to run; without it any
 * @returns the inventory with that method; every server is managed
 * @throws UserError when the agent has been built anew; InventoryError when the inventory does not allow the method, and what a bootstrap throws
 */
export async function useMethod(
  file: string,
  method: string,
  options: { readonly signal: AbortSignal; readonly say: (line: string) => void; readonly program?: string | undefined },
): Promise<Inventory> {
  const { program } = options;
  if (program !== undefined) requireSameProgram(program);
  const inventory = checkInventory(file, withMethod(file, readFileSync(file, 'utf8'), method));
  const { steps } = bootstrapSteps(inventory, { signal: options.signal, replaceFiles: true });
  await withStateLock(file, 'dbssctl experiment', () => runInLines(steps, options.say));
  // It may have been built while it was copied.
  if (program !== undefined) requireSameProgram(program);
  return inventory;
}
