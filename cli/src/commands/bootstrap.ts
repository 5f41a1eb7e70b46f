import { Args, Flags } from '@oclif/core';
import type { BootstrapResult } from '../bootstrap/bootstrap.ts';
import type { ProgressStyle } from '../bootstrap/steps.ts';
import { DbssCommand } from '../commands-base/dbss-command.ts';

const STYLES = ['auto', 'terminal', 'lines'] as const;

export default class Bootstrap extends DbssCommand {
  static override summary = 'Bring up the ring of an inventory: from nothing to every server managed.';
  static override description = [
    'Checks the inventory and this machine, starts the lab if the inventory has one, makes keys and files, builds the original server,',
    'deploys, prepares the standbys, sends management files and flag, and waits until every server is managed.',
    'A second bootstrap changes nothing; one after an interruption continues.',
  ].join('\n');
  static override examples = ['<%= config.bin %> bootstrap inventories/lab.yml'];
  static override args = {
    inventory: Args.string({ description: 'Inventory file; without it DBSS_INVENTORY, else the inventory of the last bootstrap.' }),
  };
  static override flags = {
    'replace-files': Flags.boolean({
      summary: 'Stop a running ring whose members are not those of the inventory, and start it with the files of the inventory.',
    }),
    progress: Flags.option({
      options: STYLES,
      default: 'auto' as const,
      summary: 'How progress is shown: redrawn on a terminal, or plain lines.',
    })(),
  };

  #running: Promise<unknown> = Promise.resolve();

  async run(): Promise<BootstrapResult> {
    const { args, flags } = await this.parse(Bootstrap);
    const [{ loadInventory }, { bootstrapSteps }, { runSteps }, { withStateLock }] = await Promise.all([
      import('../inventory/load-inventory.ts'),
      import('../bootstrap/bootstrap.ts'),
      import('../bootstrap/steps.ts'),
      import('../deploy/state-lock.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(args.inventory));
    const { steps, result } = bootstrapSteps(inventory, { signal: this.interruption, replaceFiles: flags['replace-files'] });
    const running = withStateLock(inventory.path, 'dbssctl bootstrap', () => runSteps(steps, this.#style(flags.progress)));
    this.#running = running;
    await running;
    this.log(
      `The ring ${result.cluster} runs: ${result.servers.length} servers managed, changed=${result.changed}, ${result.duration_s} s.`,
    );
    return result;
  }

  /** What runs ends before dbssctl does; the next bootstrap continues. */
  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
  }

  #style(asked: (typeof STYLES)[number]): ProgressStyle {
    if (this.jsonEnabled()) return 'silent';
    if (asked !== 'auto') return asked;
    return process.stdout.isTTY ? 'terminal' : 'lines';
  }
}
