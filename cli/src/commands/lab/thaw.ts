import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';

export default class LabThaw extends DbssCommand {
  static override summary = 'Let a frozen machine go on.';
  static override description = 'Its processes go on where they were; their clocks have gone on meanwhile.';
  static override examples = ['<%= config.bin %> lab thaw ftp'];
  static override flags = { inventory: inventoryFlag };
  static override args = { host: Args.string({ required: true, description: 'machine of the lab' }) };

  async run(): Promise<{ readonly changed: boolean }> {
    const { flags, args } = await this.parse(LabThaw);
    const [{ loadInventory }, { setLabFrozen }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/lab-power.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const changed = await setLabFrozen(inventory, args.host, 'thaw');
    this.log(`${args.host}: ${changed ? 'thaw' : 'nothing to thaw'}`);
    return { changed };
  }
}
