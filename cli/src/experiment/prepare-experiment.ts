import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { checkInventory, loadInventory } from '../inventory/load-inventory.ts';
import { nearestWord } from '../inventory/nearest-word.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { presentConfiguration } from './configuration.ts';
import type { ExperimentName } from './experiments.ts';
import { parseMethods, withMethod } from './method-in-inventory.ts';
import type { Moment } from './moment.ts';
import { readConfiguration, RecordStore } from './record-store.ts';
import { requireSameProcessor } from './run-conditions.ts';
import { casesOf, type Experiment, requireServers } from './run-experiment.ts';

/** What the user asked for. */
export interface ExperimentOrder {
  readonly name: ExperimentName;
  readonly inventoryFile: string;
  /** Without one the inventory's own. */
  readonly methods: readonly string[];
  readonly runs: number;
  /** Without one all. */
  readonly cases: readonly string[];
  readonly moment: Moment;
  /** For random moments; without it the one of the record, else a new one. */
  readonly seed: number | undefined;
  /** Without it beside the inventory. */
  readonly record: string | undefined;
}

/**
 * Check an order and open its record. Nothing of the lab is touched.
 *
 * @throws UserError for what is wrong with the order, or when the record is of another processor; InventoryError for what is wrong with the inventory
 */
export async function prepareExperiment(order: ExperimentOrder): Promise<Experiment> {
  const { name, moment } = order;
  const inventory = await loadInventory(order.inventoryFile);
  requireServers(name, inventory);
  const methods = order.methods.length === 0 ? [inventory.method] : parseMethods(order.methods);
  const cases = chosenCases(name, order.cases);
  if (order.seed !== undefined && moment === 'middle') {
    throw new UserError('a seed is of random moments', { hint: 'give --moment random with it, or leave it out' });
  }
  const text = readFileSync(order.inventoryFile, 'utf8');
  // Better now than in the middle of the series.
  for (const method of methods) checkInventory(order.inventoryFile, withMethod(order.inventoryFile, text, method));
  const directory = path.join(recordRoot(order.inventoryFile, order.record), name === 'table1' ? name : `${name}-${moment}`);
  const seed = moment === 'middle' ? null : (order.seed ?? readConfiguration(directory)?.seed ?? randomInt(2 ** 31));
  const store = await RecordStore.open(directory, presentConfiguration(inventory, text, { experiment: name, moment, seed }));
  requireSameProcessor(store.records);
  return { name, inventory, methods, cases, runs: order.runs, moment, seed: seed ?? 0, store };
}

/** The directory of all recorded experiments: the one that was given, else the one beside the inventory. */
export function recordRoot(inventoryFile: string, given: string | undefined): string {
  return given === undefined ? path.join(statePaths(inventoryFile).root, 'experiments') : path.resolve(given);
}

function chosenCases(name: ExperimentName, asked: readonly string[]): readonly string[] {
  const known = casesOf(name).map((one) => one.name);
  for (const word of asked) {
    if (known.includes(word)) continue;
    const nearest = nearestWord(word, known);
    throw new UserError(`${name} has no case "${word}"${nearest === undefined ? '' : `; did you mean ${nearest}?`}`, {
      hint: `its cases are ${known.join(', ')}`,
    });
  }
  return asked.length === 0 ? known : known.filter((one) => asked.includes(one));
}
