export interface MachineRestart {
  /** `ordered`: asked of the machine, which has not answered. `under way`: the machine goes down. */
  phase: 'no' | 'ordered' | 'under way';
  /** Calls that the machine's answer answers. */
  calls: string[];
}

export function newMachineRestart(): MachineRestart {
  return { phase: 'no', calls: [] };
}

/** Why a machine that goes down is nobody's host. */
export const GOES_DOWN = 'this server is about to restart';
