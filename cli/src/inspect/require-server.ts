import { UserError } from '../errors.ts';
import type { Inventory, Server } from '../inventory/inventory.ts';
import { nearestWord } from '../inventory/nearest-word.ts';

/**
 * The server of that name.
 * @throws UserError that names the servers there are
 */
export function requireServer(inventory: Inventory, name: string): Server {
  const server = inventory.servers.find((candidate) => candidate.name === name);
  if (server !== undefined) return server;
  const names = inventory.servers.map((candidate) => candidate.name);
  const meant = nearestWord(name, names);
  throw new UserError(`${inventory.path} has no server "${name}"`, {
    hint: `${meant === undefined ? '' : `did you mean ${meant}? `}Its servers are ${names.join(', ')}.`,
  });
}
