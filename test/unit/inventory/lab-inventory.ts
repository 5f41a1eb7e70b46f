import { readFileSync } from 'node:fs';
import path from 'node:path';
import { installationRoot } from '../../../cli/src/installation.ts';
import { InventoryError, type InventoryProblem } from '../../../cli/src/inventory/inventory-error.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';

export const INVENTORIES = path.join(installationRoot(), 'inventories');

/** Text of inventories/lab.yml: what tests damage. */
export const LAB = readFileSync(path.join(INVENTORIES, 'lab.yml'), 'utf8');

/** The text with one part replaced; the part must be there, so that a test never checks an undamaged inventory. */
export function replaced(text: string, part: string, by: string): string {
  if (!text.includes(part)) throw new Error(`there is no ${JSON.stringify(part)} in the inventory`);
  return text.replace(part, by);
}

/** What is wrong in an inventory's text; nothing for a good one. */
export function problemsIn(text: string): readonly InventoryProblem[] {
  try {
    checkInventory('site.yml', text);
    return [];
  } catch (error) {
    if (error instanceof InventoryError) return error.problems;
    throw error;
  }
}

/** Line and column at which a part of the text begins, both from 1. */
export function placeOf(text: string, part: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, text.indexOf(part));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

/** The inventory of the lab, as a value. */
export function labInventory(file = '/site/lab.yml'): Inventory {
  return checkInventory(file, LAB);
}
