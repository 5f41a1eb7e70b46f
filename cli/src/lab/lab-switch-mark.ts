import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LabMachineSpec, LabNetwork } from './lab-machines.ts';

/** File that says that a switch of the lab has no power; run-machine.sh looks for it too. */
export function switchMark(labRunDirectory: string, network: LabNetwork): string {
  return path.join(labRunDirectory, `${network}-switch-off`);
}

/** Is the switch at the other end of the machine's cable off? */
export function isSwitchOff(machine: LabMachineSpec, network: LabNetwork): boolean {
  return existsSync(switchMark(path.resolve(machine.names.runDirectory, '../..'), network));
}
