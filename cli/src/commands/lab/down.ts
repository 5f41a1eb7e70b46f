import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';

export default class LabDown extends DbssCommand {
  static override summary = 'Remove a lab: machines, disks, networks, processes; also what a crash left of it.';
  static override description = "The machines' plugs are pulled and their disks deleted. The cached root filesystem and the keys stay.";
  static override examples = ['<%= config.bin %> lab down -i inventories/lab.yml'];
  static override flags = { inventory: inventoryFlag };

  #running: Promise<unknown> = Promise.resolve();

  async run(): Promise<{ readonly removed: true }> {
    const { flags } = await this.parse(LabDown);
    const [{ loadInventory }, { labDown }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/lab-down.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const running = labDown(inventory, { progress: (step, detail) => this.log(`${step}: ${detail}`) });
    this.#running = running;
    await running;
    return { removed: true };
  }

  /** Half a lab is of no use to anybody: the removal is finished first. */
  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
  }
}
