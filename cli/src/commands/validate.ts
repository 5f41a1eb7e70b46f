import { Args } from '@oclif/core';
import type { InventoryProblem } from '../inventory/inventory-error.ts';
import { DbssCommand, inventoryFlag } from '../commands-base/dbss-command.ts';

/** What `--json` shows of a good inventory; a bad one is told as an error with `problems`. */
interface ValidateResult {
  readonly inventory: string;
  readonly cluster: string;
  /** In ring order. */
  readonly servers: readonly string[];
  readonly witness: string | null;
  /** What is allowed and that an administrator should know. */
  readonly advice: readonly InventoryProblem[];
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
    const witness = inventory.witness?.name ?? null;
    const beside = witness === null ? '' : `, witness ${witness}`;
    this.log(`cluster ${inventory.cluster}, ring ${[...servers, servers[0]].join(' → ')}${beside}`);
    for (const { file: at, line, column, message } of inventory.advice)
      this.log(`${at}:${String(line)}:${String(column)}: advice: ${message}`);
    return { inventory: inventory.path, cluster: inventory.cluster, servers, witness, advice: inventory.advice };
  }
}
