import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { BuiltImage } from '../../image/build-image.ts';

export default class ImageBuild extends DbssCommand {
  static override summary = 'Build the original server: a guest with the programs of all servers, booted once, its memory saved.';
  static override description =
    'Kept in $DBSS_CACHE (else /var/cache/dbss) and built again only when something that it is made from has changed. Its memory is what the inventory gives a standby.';
  static override examples = ['<%= config.bin %> image build -i inventories/lab.yml'];
  static override flags = { inventory: inventoryFlag };

  override async run(): Promise<BuiltImage> {
    const { flags } = await this.parse(ImageBuild);
    const [{ loadInventory }, { buildImage }, { cacheDirectory, statePaths }, { linkOriginalServer }, { withStateLock }] =
      await Promise.all([
        import('../../inventory/load-inventory.ts'),
        import('../../image/build-image.ts'),
        import('../../inventory/state-paths.ts'),
        import('../../bootstrap/link-original-server.ts'),
        import('../../deploy/state-lock.ts'),
      ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    // Not beside a deployment: it would copy one half of the older original server and one of this.
    this.#building = withStateLock(inventory.path, 'dbssctl image build', async () => {
      const built = await buildImage({
        standbyMemory_mb: inventory.standby.memory_mb,
        cacheDirectory: cacheDirectory(),
        progress: (detail) => this.log(detail),
        signal: this.interruption,
      });
      // The playbook run by itself copies from there, as it does within a bootstrap.
      await linkOriginalServer(statePaths(inventory.path).originalServer, built.directory);
      return built;
    });
    const image = await this.#building;
    this.log(`${image.directory}: ${image.rebuilt ? 'built' : 'nothing had changed'}`);
    return image;
  }

  /** The build removes its processes and unfinished files; its failure is the interruption itself. */
  protected override async onInterrupt(): Promise<void> {
    await this.#building?.catch(() => undefined);
  }

  #building: Promise<BuiltImage> | undefined;
}
