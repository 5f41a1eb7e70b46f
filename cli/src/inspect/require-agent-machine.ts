import { UserError } from '../errors.ts';
import { agentMachines } from '../inventory/agent-machines.ts';
import type { AgentMachine } from '../inventory/agent-machines.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { nearestWord } from '../inventory/nearest-word.ts';

/**
 * The server, or the witness, of that name.
 * @throws UserError that names the machines there are
 */
export function requireAgentMachine(inventory: Inventory, name: string): AgentMachine {
  const machines = agentMachines(inventory);
  const machine = machines.find((candidate) => candidate.name === name);
  if (machine !== undefined) return machine;
  const names = machines.map((candidate) => candidate.name);
  const meant = nearestWord(name, names);
  const kinds = inventory.witness === undefined ? 'servers' : 'servers and its witness';
  throw new UserError(`${inventory.path} has no server "${name}"`, {
    hint: `${meant === undefined ? '' : `did you mean ${meant}? `}Its ${kinds} are ${names.join(', ')}.`,
  });
}
