import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';

export default class LabFreeze extends DbssCommand {
  static override summary = 'Stop every process of a machine where it stands, as when it hangs.';
  static override description = 'Its kernel goes on: it still answers ping and ARP. Its virtual machines are frozen too.';
  static override examples = ['<%= config.bin %> lab freeze ftp'];
  static override flags = { inventory: inventoryFlag };
  static override args = { host: Args.string({ required: true, description: 'machine of the lab' }) };

  async run(): Promise<{ readonly changed: boolean }> {
    const { flags, args } = await this.parse(LabFreeze);
    const [{ loadInventory }, { setLabFrozen }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/lab-power.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const changed = await setLabFrozen(inventory, args.host, 'freeze');
    this.log(`${args.host}: ${changed ? 'freeze' : 'nothing to freeze'}`);
    return { changed };
  }
}
