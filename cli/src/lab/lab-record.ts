import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabMachineSpec } from './lab-machines.ts';

/**
 * Write down a machine that exists. What `lab down` removes, and what the power controller can start, is what was written, whatever the
 * inventory says since.
 */
export function recordMachine(machine: LabMachineSpec): void {
  mkdirSync(machine.names.runDirectory, { recursive: true });
  writeFileSync(path.join(machine.names.runDirectory, 'machine.json'), `${JSON.stringify(machine, null, 2)}\n`);
}

/** The machines that exist in the lab of that run directory. */
export function recordedMachines(runDirectory: string): readonly LabMachineSpec[] {
  return globSync('machines/*/machine.json', { cwd: runDirectory })
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(runDirectory, file), 'utf8')) as LabMachineSpec);
}
