export interface MachineRestart {
  /** `ordered`: asked of the machine, which has not answered. `under way`: the machine goes down. */
  phase: 'no' | 'ordered' | 'under way';
  /** Calls that the machine's answer answers. */
  calls: string[];
}

export function newMachineRestart(): MachineRestart {
  return { phase: 'no', calls: [] };
}

/** Whether this machine was ordered to restart: then another server sees to the targets of this one, and to its virtual server. */
export function isAboutToRestart({ machineRestart }: { readonly machineRestart: MachineRestart }): boolean {
  return machineRestart.phase !== 'no';
}

/** Why a machine that goes down is nobody's host. */
export const GOES_DOWN = 'this server is about to restart';
