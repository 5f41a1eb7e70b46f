import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';

const ACTIONS = ['on', 'off', 'reset'] as const;

export default class LabPower extends DbssCommand {
  static override summary = 'Switch a machine of the lab on, or pull its plug.';
  static override description = 'off is the plug: every process of the machine is gone at once, without a shutdown. reset is off, then on.';
  static override examples = ['<%= config.bin %> lab power ftp off', '<%= config.bin %> lab power ftp on'];
  static override flags = { inventory: inventoryFlag };
  static override args = {
    host: Args.string({ required: true, description: 'machine of the lab' }),
    action: Args.custom<(typeof ACTIONS)[number]>({ options: [...ACTIONS] })({ required: true, description: 'what to do' }),
  };

  async run(): Promise<{ readonly changed: boolean }> {
    const { flags, args } = await this.parse(LabPower);
    const [{ loadInventory }, { setLabPower }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/lab-power.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const changed = await setLabPower(inventory, args.host, args.action);
    this.log(changed ? `${args.host}: ${args.action}` : `${args.host}: was ${args.action} already`);
    return { changed };
  }
}
