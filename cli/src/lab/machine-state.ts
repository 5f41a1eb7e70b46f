import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { controlGroupDirectory, controlGroupPids } from './control-group.ts';
import type { LabMachineSpec } from './lab-machines.ts';
import { identifyProcess, namespacePids, readPidFile, type ProcessIdentity } from './process-identity.ts';

export type PowerState = 'on' | 'off' | 'frozen';

/** What runs of a machine at this moment. */
export interface MachineState {
  readonly power: PowerState;
  /** Its first process, the systemd inside. */
  readonly init: ProcessIdentity | undefined;
  /** The shell that starts it again when it reboots. */
  readonly supervisor: ProcessIdentity | undefined;
}

/** Look at a machine's processes. */
export function machineState(machine: LabMachineSpec): MachineState {
  const supervisor = readPidFile(path.join(machine.names.runDirectory, 'supervisor.pid'));
  const init = findInit(machine);
  return { power: init === undefined ? 'off' : isFrozen(machine) ? 'frozen' : 'on', init, supervisor };
}

/** The control groups whose processes are the machine: its own, and those that `dbssctl lab exec` put into it. */
export function machineGroups(machine: LabMachineSpec): readonly string[] {
  return [`${machine.names.controlGroup}/payload`, `${machine.names.controlGroup}/exec`].filter((group) =>
    existsSync(controlGroupDirectory(group)),
  );
}

/** The process that is number 1 in a process namespace one level below ours. */
function findInit(machine: LabMachineSpec): ProcessIdentity | undefined {
  const depth = namespacePids(process.pid).length + 1;
  for (const pid of [...controlGroupPids(machine.names.controlGroup)].sort((a, b) => a - b)) {
    const pids = namespacePids(pid);
    if (pids.length === depth && pids.at(-1) === 1) {
      const identity = identifyProcess(pid);
      if (identity !== undefined) return identity;
    }
  }
  return undefined;
}

function isFrozen(machine: LabMachineSpec): boolean {
  return machineGroups(machine).some((group) => {
    try {
      return readFileSync(path.join(controlGroupDirectory(group), 'cgroup.freeze'), 'utf8').trim() === '1';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  });
}
