import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { LabUpResult } from '../../lab/lab-up.ts';

export default class LabUp extends DbssCommand {
  static override summary = 'Start the machines and networks of a lab; repairs what is broken, leaves alone what is well.';
  static override description =
    'Switches, file server, servers, client and power controller as in the inventory. Frozen machines are thawed, pulled cables plugged, machines that are off switched on.';
  static override examples = ['<%= config.bin %> lab up -i inventories/lab.yml'];
  static override flags = { inventory: inventoryFlag };

  #running: Promise<unknown> = Promise.resolve();

  async run(): Promise<LabUpResult> {
    const { flags } = await this.parse(LabUp);
    const [{ loadInventory }, { labUp }] = await Promise.all([import('../../inventory/load-inventory.ts'), import('../../lab/lab-up.ts')]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const running = labUp(inventory, { progress: (step, detail) => this.log(`${step}: ${detail}`), signal: this.interruption });
    this.#running = running;
    const result = await running;
    const { servers } = inventory;
    this.log(`lab up: ${servers.length} servers and the file server run (${(result.duration_ms / 1000).toFixed(1)} s)`);
    return result;
  }

  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
    this.logToStderr('Next step: dbssctl lab up goes on where it was; dbssctl lab down removes what is there');
  }
}
