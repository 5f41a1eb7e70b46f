import { DbssCommand, inventoryFlag } from '../commands-base/dbss-command.ts';
import type { RingDeployment } from '../bootstrap/deploy-to-ring.ts';

export default class Deploy extends DbssCommand {
  static override summary = 'Bring the servers to what the inventory says: generate, build the image, copy, restart what changed.';
  static override description =
    'Runs ansible/playbooks/site.yml. A second run changes nothing. The ring goes on running; only what changed is restarted. After a new original server ' +
    'the standbys of the older one are made anew, one after the other.';
  static override examples = ['<%= config.bin %> deploy', '<%= config.bin %> deploy -i inventories/lab.yml'];
  static override flags = { inventory: inventoryFlag };

  #running: Promise<unknown> = Promise.resolve();

  async run(): Promise<RingDeployment> {
    const { flags } = await this.parse(Deploy);
    const [{ loadInventory }, { deployToRing }, { withStateLock }] = await Promise.all([
      import('../inventory/load-inventory.ts'),
      import('../bootstrap/deploy-to-ring.ts'),
      import('../deploy/state-lock.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const options = { signal: this.interruption, say: (line: string): void => this.log(line) };
    const running = withStateLock(inventory.path, 'dbssctl deploy', () => deployToRing(inventory, options));
    this.#running = running;
    const result = await running;
    this.log(`changed=${result.changed}; log: ${result.log}`);
    return result;
  }

  /** Ansible and its connections end before dbssctl does. */
  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
  }
}
