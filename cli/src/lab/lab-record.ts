import { globSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeAtomically } from '../inventory/write-atomically.ts';
import type { LabMachineSpec } from './lab-machines.ts';

const RECORD_MODE = 0o644;

/**
 * Write down a machine that exists. What `lab down` removes, and what the power controller can start, is what was written, whatever the
 * inventory says since. A dbssctl that is killed meanwhile leaves the record as it was or as it is to be.
 */
export async function recordMachine(machine: LabMachineSpec): Promise<void> {
  mkdirSync(machine.names.runDirectory, { recursive: true });
  await writeAtomically(path.join(machine.names.runDirectory, 'machine.json'), `${JSON.stringify(machine, null, 2)}\n`, RECORD_MODE);
}

/** The machines that exist in the lab of that run directory. */
export function recordedMachines(runDirectory: string): readonly LabMachineSpec[] {
  return globSync('machines/*/machine.json', { cwd: runDirectory })
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(runDirectory, file), 'utf8')) as LabMachineSpec);
}
