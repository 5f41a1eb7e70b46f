import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { BrokenError, UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { insideMachine, type CommandLine } from './inside-machine.ts';
import { describeLab, findMachine } from './lab-machines.ts';
import { requireRoot } from './lab-preflight.ts';
import { machineState } from './machine-state.ts';

/**
 * Run a command on a machine of the lab, in the client (`client`) or in the controller (`controller`), with this process's standard input
 * and output.
 *
 * @returns its exit code; 128 and the number of the signal that ended it
 * @throws UserError when there is no such machine or it is off
 */
export async function execInLab(inventory: Inventory, host: string, command: readonly string[]): Promise<number> {
  const [file, ...args] = labCommandLine(inventory, host, command);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    child.on('error', (cause) => reject(new BrokenError(`${host}: ${command[0] ?? ''}: ${file} cannot be started`, { cause })));
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/**
 * The command line that runs a command at a place of the lab.
 * @throws UserError when there is no such machine or it is off or frozen
 */
function labCommandLine(inventory: Inventory, host: string, command: readonly string[]): CommandLine {
  requireRoot(`dbssctl lab exec ${host}`);
  const description = describeLab(inventory);
  const { names, lab, machines } = description;
  if (machines.some((machine) => machine.name === host)) {
    const machine = findMachine(description, host);
    const { init, power } = machineState(machine);
    if (init === undefined) throw new UserError(`${host} is off`, { hint: `dbssctl lab power ${host} on` });
    if (power === 'frozen') throw new UserError(`${host} is frozen: no command can run in it`, { hint: `dbssctl lab thaw ${host}` });
    return insideMachine(machine, init, command);
  }
  const namespace = new Map([
    ['client', names.namespaces.client],
    [lab.client.name, names.namespaces.client],
    ['controller', names.namespaces.controller],
  ]).get(host);
  if (namespace === undefined) {
    throw new UserError(`"${host}" is not a machine of this lab`, {
      hint: `its machines are ${machines.map((machine) => machine.name).join(', ')}, ${lab.client.name} and controller`,
    });
  }
  if (!existsSync(`/run/netns/${namespace}`)) throw new UserError('the lab is not up', { hint: 'dbssctl lab up' });
  return ['ip', 'netns', 'exec', namespace, ...command];
}
