import { UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { recordLabEvent } from './lab-events.ts';
import { describeLab, findMachine } from './lab-machines.ts';
import { requireRoot } from './lab-preflight.ts';
import { freezeMachine, thawMachine } from './machine-freeze.ts';
import { powerOff, powerOn } from './machine-power.ts';
import { machineState } from './machine-state.ts';

/**
 * Switch a machine on, or pull its plug (`off`: no shutdown), or both (`reset`). The moment is recorded in the lab's events.
 *
 * @param onCut called when no packet of a machine that is switched off passes any more
 * @returns false when the machine already was as wanted
 * @throws UserError when it is not of this lab or was never installed; BrokenError when it does not start or end
 */
export async function setLabPower(
  inventory: Inventory,
  name: string,
  wanted: 'on' | 'off' | 'reset',
  onCut: () => void = () => undefined,
): Promise<boolean> {
  requireRoot(`dbssctl lab power ${name} ${wanted}`);
  const description = describeLab(inventory);
  const machine = findMachine(description, name);
  const { runDirectory } = description.names;
  const off = async (): Promise<boolean> => {
    const time_ms = Date.now();
    const changed = await powerOff(machine, onCut);
    if (changed) recordLabEvent(runDirectory, { time_ms, machine: name, action: 'power-off' });
    return changed;
  };
  const on = async (): Promise<boolean> => {
    const changed = await powerOn(machine);
    if (changed) recordLabEvent(runDirectory, { time_ms: Date.now(), machine: name, action: 'power-on' });
    return changed;
  };
  switch (wanted) {
    case 'on':
      return on();
    case 'off':
      return off();
    case 'reset':
      await off();
      return on();
  }
}

/**
 * Freeze a machine, as when it hangs, or let it go on.
 *
 * @returns false when it already was as wanted
 * @throws UserError when it is off or not of this lab
 */
export async function setLabFrozen(inventory: Inventory, name: string, wanted: 'freeze' | 'thaw'): Promise<boolean> {
  requireRoot(`dbssctl lab ${wanted} ${name}`);
  const description = describeLab(inventory);
  const machine = findMachine(description, name);
  const { power } = machineState(machine);
  if (power === 'off')
    throw new UserError(`${name} is off: it cannot be ${wanted === 'freeze' ? 'frozen' : 'thawed'}`, {
      hint: `dbssctl lab power ${name} on`,
    });
  if ((power === 'frozen') === (wanted === 'freeze')) return false;
  const time_ms = Date.now();
  await (wanted === 'freeze' ? freezeMachine(machine) : thawMachine(machine));
  recordLabEvent(description.names.runDirectory, { time_ms, machine: name, action: wanted });
  return true;
}
