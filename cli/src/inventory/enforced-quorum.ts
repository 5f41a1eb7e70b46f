import { UserError } from '../errors.ts';
import type { Inventory } from './inventory.ts';

/**
 * This version can check an inventory that asks for a majority, but its agents take addresses as with `none`. Nobody shall believe to be protected who
 * is not.
 *
 * @throws UserError for an inventory that asks for a majority, also by default
 */
export function requireEnforcedQuorum(inventory: Inventory): void {
  if (inventory.quorum === 'none') return;
  throw new UserError(`${inventory.path} asks for dbss_quorum: ${inventory.quorum}, which the agents of this version do not enforce yet`, {
    hint: 'write `dbss_quorum: none` (the paper’s behaviour: two machines may answer for one address when a network is cut) and run it again',
  });
}
