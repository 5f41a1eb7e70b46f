import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { controlGroupDirectory } from './control-group.ts';
import type { LabMachineSpec } from './lab-machines.ts';
import { machineGroups } from './machine-state.ts';
import { poll } from './poll.ts';

const FREEZING_MS = 5_000;

/** Stop every process of a machine where it stands, its virtual machines too. Its kernel side (addresses, ARP, ping) goes on. */
export async function freezeMachine(machine: LabMachineSpec): Promise<void> {
  await setFrozen(machine, true);
}

/** Let a frozen machine go on. */
export async function thawMachine(machine: LabMachineSpec): Promise<void> {
  await setFrozen(machine, false);
}

async function setFrozen(machine: LabMachineSpec, frozen: boolean): Promise<void> {
  const groups = machineGroups(machine).map(controlGroupDirectory);
  for (const group of groups) writeFileSync(path.join(group, 'cgroup.freeze'), frozen ? '1' : '0');
  const wanted = `frozen ${frozen ? 1 : 0}`;
  const done = await poll(
    () => (groups.every((group) => readFileSync(path.join(group, 'cgroup.events'), 'utf8').includes(wanted)) ? true : undefined),
    { timeout_ms: FREEZING_MS, every_ms: 5 },
  );
  if (done === undefined) {
    throw new BrokenError(`${machine.name}: ${frozen ? 'freeze' : 'thaw'}: its control group does not say "${wanted}"`, {
      hint: `dbssctl lab power ${machine.name} reset`,
    });
  }
}
