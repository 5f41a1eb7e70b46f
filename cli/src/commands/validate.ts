import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../commands-base/dbss-command.ts';

/** What `--json` shows of a good inventory; a bad one is told as an error with `problems`. */
interface ValidateResult {
  readonly inventory: string;
  readonly cluster: string;
  /** In ring order. */
  readonly servers: readonly string[];
}

export default class Validate extends DbssCommand {
  static override summary = 'Check an inventory: everything wrong in it, each with file, line and column.';
  static override examples = ['<%= config.bin %> validate inventories/lab.yml'];
  static override args = { inventory: Args.string({ description: 'Inventory file; the same as --inventory.' }) };
  static override flags = { inventory: inventoryFlag };

  override async run(): Promise<ValidateResult> {
    const { args, flags } = await this.parse(Validate);
    const file = args.inventory ?? flags.inventory;
    const { loadInventory } = await import('../inventory/load-inventory.ts');
    // As it was given, so that positions can be clicked.
    const inventory = await loadInventory(file ?? (await this.resolveInventory(undefined)));
    const servers = inventory.servers.map(({ name }) => name);
    this.log(`${file ?? inventory.path}: the inventory is good.`);
    this.log(`cluster ${inventory.cluster}, ring ${[...servers, servers[0]].join(' → ')}`);
    return { inventory: inventory.path, cluster: inventory.cluster, servers };
  }
}
