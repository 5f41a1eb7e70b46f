import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { BuiltImage } from '../../image/build-image.ts';

export default class ImageBuild extends DbssCommand {
  static override summary = 'Build the original server: a Debian guest with the service programs of all servers, booted once, its memory saved.';
  static override description = 'Kept in the cache by what it is made from; built again only when that changes. A first build takes a few minutes.';
  static override examples = ['<%= config.bin %> image build -i inventories/lab.yml'];
  static override flags = { inventory: inventoryFlag };

  #running: Promise<unknown> = Promise.resolve();

  async run(): Promise<BuiltImage> {
    const { flags } = await this.parse(ImageBuild);
    const [{ loadInventory }, { buildImage }, { cacheDirectory, statePaths }, { linkOriginalServer }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../image/build-image.ts'),
      import('../../inventory/state-paths.ts'),
      import('../../bootstrap/link-original-server.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const running = buildImage({
      standbyMemory_mb: inventory.standby.memory_mb,
      cacheDirectory: cacheDirectory(),
      progress: (detail) => this.log(detail),
      signal: this.interruption,
    });
    this.#running = running;
    const image = await running;
    await linkOriginalServer(statePaths(inventory.path).originalServer, image.directory);
    this.log(`${image.rebuilt ? 'built' : 'nothing changed'}: ${image.directory}`);
    return image;
  }

  /** The build's processes and unfinished files go before dbssctl does. */
  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
  }
}
