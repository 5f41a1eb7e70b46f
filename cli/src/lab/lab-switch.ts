import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { recordLabEvent } from './lab-events.ts';
import { describeLab, type LabDescription, type LabNetwork } from './lab-machines.ts';
import { requireRoot } from './lab-preflight.ts';
import { switchMark } from './lab-switch-mark.ts';
import { cableState, readPorts } from './machine-links.ts';
import { runProgram } from './run-program.ts';

/**
 * Switch a whole switch of the lab off, as when it loses its power: no cable at it has a link, the gateway's, the client's and the controller's
 * neither. Or on again: pulled cables stay pulled.
 *
 * @returns false when it already was as wanted
 * @throws UserError when the lab is not up
 */
export async function setLabSwitch(inventory: Inventory, network: LabNetwork, wanted: 'on' | 'off'): Promise<boolean> {
  requireRoot(`dbssctl lab switch ${network} ${wanted}`);
  const description = describeLab(inventory);
  const { runDirectory } = description.names;
  if (!existsSync(`/run/netns/${namespaceOf(description, network)}`)) throw new UserError('the lab is not up', { hint: 'dbssctl lab up' });
  if (existsSync(switchMark(runDirectory, network)) === (wanted === 'off')) return false;
  await powerSwitch(description, network, wanted);
  recordLabEvent(runDirectory, { time_ms: Date.now(), machine: `${network} switch`, action: `switch-${wanted}` });
  return true;
}

/** The same for a lab that is up, whatever it was before, without an event. */
export async function powerSwitch(description: LabDescription, network: LabNetwork, wanted: 'on' | 'off'): Promise<void> {
  const mark = switchMark(description.names.runDirectory, network);
  if (wanted === 'off') writeFileSync(mark, '');
  else rmSync(mark, { force: true });
  const namespace = namespaceOf(description, network);
  const pulled = new Set(description.machines.filter((machine) => cableState(machine, network) === 'down').map(({ port }) => port));
  const commands = [...(await readPorts(namespace)).keys()]
    .filter((port) => wanted === 'off' || !pulled.has(port))
    .map((port) => `link set ${port} ${wanted === 'off' ? 'down' : 'up'}\n`);
  await runProgram(`${network} switch ${wanted}`, 'ip', ['-n', namespace, '-batch', '-'], { input: commands.join('') });
}

/** Has the switch been switched off? */
export function isOff({ names }: LabDescription, network: LabNetwork): boolean {
  return existsSync(switchMark(names.runDirectory, network));
}

function namespaceOf({ names }: LabDescription, network: LabNetwork): string {
  return network === 'service' ? names.namespaces.serviceSwitch : names.namespaces.semSwitch;
}
