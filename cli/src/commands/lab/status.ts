import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { LabStatus as Status } from '../../lab/lab-status.ts';

export default class LabStatus extends DbssCommand {
  static override summary = 'Show the machines of a lab: power, cables, addresses.';
  static override examples = ['<%= config.bin %> lab status', '<%= config.bin %> lab status --json'];
  static override flags = { inventory: inventoryFlag };

  async run(): Promise<Status> {
    const { flags } = await this.parse(LabStatus);
    const [{ loadInventory }, { labStatus }, { renderLabStatus }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/lab-status.ts'),
      import('../../lab/render-lab-status.ts'),
    ]);
    const status = await labStatus(await loadInventory(await this.resolveInventory(flags.inventory)));
    this.log(renderLabStatus(status));
    return status;
  }
}
