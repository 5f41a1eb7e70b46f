import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkCapture } from './check-capture.ts';
import { checkExaminations } from './check-examinations.ts';
import { checkFencing } from './check-fencing.ts';
import { checkLease } from './check-lease.ts';
import { checkMethod } from './check-method.ts';
import { checkNames } from './check-names.ts';
import { checkQuorum } from './check-quorum.ts';
import { checkResources } from './check-resources.ts';
import { checkShape } from './check-shape.ts';
import { checkWitness } from './check-witness.ts';
import { Facts } from './facts.ts';
import { InventoryError } from './inventory-error.ts';
import type { Inventory } from './inventory.ts';
import { nearestWord } from './nearest-word.ts';
import { ProblemCollector } from './problem-collector.ts';
import type { RawInventory } from './raw-inventory.ts';
import { toInventory } from './to-inventory.ts';
import { readYaml } from './yaml-document.ts';

/**
 * Read an inventory file and check everything about it. Nothing is changed.
 *
 * @param file path of the YAML file, absolute or from the working directory
 * @throws InventoryError with everything that is wrong, in the file's order
 * @throws BrokenError when the file is there and cannot be read
 */
export async function loadInventory(file: string): Promise<Inventory> {
  return checkInventory(file, await readInventory(file));
}

/**
 * Check an inventory's text.
 *
 * @param file name for messages, and the inventory's path
 * @throws InventoryError with everything that is wrong, in the file's order
 */
export function checkInventory(file: string, text: string): Inventory {
  const document = readYaml(text);
  const problems = new ProblemCollector(file, text, document);
  for (const complaint of document.complaints) problems.atOffset(complaint.offset, complaint);
  const unreadable = document.complaints.length > 0 && document.value === undefined;
  if (!unreadable) {
    const facts = new Facts(document.value);
    checkShape(document.value, problems);
    checkAddresses(facts, problems);
    checkNames(facts, problems);
    checkResources(facts, problems);
    checkWitness(facts, problems);
    checkQuorum(facts, problems);
    checkFencing(facts, problems);
    checkLease(facts, problems);
    checkMethod(facts, problems);
    checkExaminations(facts, problems);
    checkCapture(facts, problems);
  }
  if (problems.problems.length > 0) throw new InventoryError(problems.problems);
  return toInventory(path.resolve(file), document.value as RawInventory, problems.advice);
}

async function readInventory(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'ENOTDIR') {
      throw new BrokenError(`${file}: cannot read the inventory`, { cause, hint: 'check its permissions' });
    }
    const found = code === 'EISDIR' ? 'a directory' : 'no such file';
    const suggestion = await nearestFile(file);
    const meant = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    const message = `found ${found}, expected an inventory in YAML${meant}`;
    throw new InventoryError([{ file, line: 1, column: 1, found, expected: 'an inventory in YAML', suggestion, message }]);
  }
}

async function nearestFile(file: string): Promise<string | undefined> {
  const directory = path.dirname(file);
  const entries = await readdir(directory).catch(() => []); // no directory, no suggestion
  const nearest = nearestWord(
    path.basename(file),
    entries.filter((entry) => /\.ya?ml$/.test(entry)),
  );
  return nearest === undefined ? undefined : path.join(directory, nearest);
}
