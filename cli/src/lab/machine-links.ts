import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { recordLabEvent } from './lab-events.ts';
import { describeLab, findMachine, type LabMachineSpec, type LabNetwork } from './lab-machines.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { requireRoot } from './lab-preflight.ts';
import { machineState } from './machine-state.ts';
import { runProgram, tryProgram } from './run-program.ts';

export type LinkState = 'up' | 'down' | 'absent';

/**
 * Pull or plug a machine's cable at the switch. A pulled cable stays pulled over reboots until it is plugged or the lab is brought up.
 * @throws UserError when the machine is off or not of this lab
 */
export async function setLabLink(inventory: Inventory, name: string, network: LabNetwork, wanted: 'up' | 'down'): Promise<void> {
  requireRoot(`dbssctl lab link ${name} ${network} ${wanted}`);
  const { names, ...description } = describeLab(inventory);
  const machine = findMachine({ names, ...description }, name);
  if (machineState(machine).power === 'off') {
    throw new UserError(`${name} is off: it has no link`, { hint: `dbssctl lab power ${name} on` });
  }
  await setMachineLink(machine, network, wanted);
  recordLabEvent(names.runDirectory, { time_ms: Date.now(), machine: name, action: `${network}-link-${wanted}` });
}

/** The same for a machine that is on, without an event. */
export async function setMachineLink(machine: LabMachineSpec, network: LabNetwork, wanted: 'up' | 'down'): Promise<void> {
  const mark = unpluggedMark(machine, network);
  mkdirSync(path.dirname(mark), { recursive: true });
  if (wanted === 'down') writeFileSync(mark, '');
  else rmSync(mark, { force: true });
  await runProgram(`${machine.name}: ${network} link ${wanted}`, 'ip', [
    '-n',
    switchOf(machine, network),
    'link',
    'set',
    machine.port,
    wanted,
  ]);
}

/** Is its cable pulled by `setLabLink`? */
export function isUnplugged(machine: LabMachineSpec, network: LabNetwork): boolean {
  return existsSync(unpluggedMark(machine, network));
}

/** Both ports dead at once, as when the power goes: nothing leaves the machine any more. A machine without ports is no error. */
export async function cutLinks(machine: LabMachineSpec): Promise<void> {
  await Promise.all(
    [machine.serviceSwitch, machine.semSwitch].map((namespace) => tryProgram('ip', ['-n', namespace, 'link', 'set', machine.port, 'down'])),
  );
}

/** State of every port of a switch by port name; none when there is no such switch. */
export async function readPorts(switchNamespace: string): Promise<ReadonlyMap<string, LinkState>> {
  const { code, stdout } = await tryProgram('ip', ['-j', '-n', switchNamespace, 'link', 'show', 'type', 'veth']);
  if (code !== 0) return new Map();
  const links = JSON.parse(stdout === '' ? '[]' : stdout) as readonly { readonly ifname: string; readonly flags: readonly string[] }[];
  return new Map(links.map((link) => [link.ifname, link.flags.includes('UP') ? 'up' : 'down']));
}

function switchOf(machine: LabMachineSpec, network: LabNetwork): string {
  return network === 'service' ? machine.serviceSwitch : machine.semSwitch;
}

function unpluggedMark(machine: LabMachineSpec, network: LabNetwork): string {
  return path.join(machine.names.runDirectory, `${network}-unplugged`);
}
