import { expect, test } from '@jest/globals';
import { requireEnforcedQuorum } from '../../../cli/src/inventory/enforced-quorum.ts';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';

test('a majority that no agent enforces is not promised: the shipped inventories say none', async () => {
  const inventory = await loadInventory('inventories/lab.yml');
  expect(() => {
    requireEnforcedQuorum(inventory);
  }).not.toThrow();
  expect(() => {
    requireEnforcedQuorum({ ...inventory, quorum: 'majority' });
  }).toThrow('asks for dbss_quorum: majority, which the agents of this version do not enforce yet');
});
