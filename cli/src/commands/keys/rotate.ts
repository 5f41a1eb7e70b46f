import { Flags } from '@oclif/core';
import type { ProgressStyle } from '../../bootstrap/steps.ts';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { RotationResult } from '../../keys/rotation/rotate-keys.ts';

export default class KeysRotate extends DbssCommand {
  static override summary = 'Give every server new keys for SEM, the datagrams and the installation procedure files while the ring runs.';
  static override description = [
    'A new CA, a new certificate for each server and the witness, and new keys of the datagrams and of the installation procedure files, in three steps:',
    'old and new are believed, the new ones are used, the old ones are forgotten. Each step is in force everywhere and checked before the next one; agents are not restarted.',
    'Every machine has to be there. After an interruption --continue goes on; until then old and new keys work together.',
  ].join('\n');
  static override examples = ['<%= config.bin %> keys rotate', '<%= config.bin %> keys rotate --continue'];
  static override flags = {
    inventory: inventoryFlag,
    continue: Flags.boolean({ summary: 'Go on with a rotation that was broken off.' }),
  };

  #running: Promise<unknown> = Promise.resolve();

  async run(): Promise<RotationResult> {
    const { flags } = await this.parse(KeysRotate);
    const [{ loadInventory }, { statePaths }, { rotationSteps }, { sshKeyHosts }, { runSteps }, { withStateLock }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../inventory/state-paths.ts'),
      import('../../keys/rotation/rotate-keys.ts'),
      import('../../keys/rotation/key-hosts.ts'),
      import('../../bootstrap/steps.ts'),
      import('../../deploy/state-lock.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const paths = statePaths(inventory.path);
    const hosts = sshKeyHosts(paths.sshConfig);
    const { steps, result } = rotationSteps(inventory, hosts, { goOn: flags.continue, signal: this.interruption });
    try {
      const running = withStateLock(inventory.path, 'dbssctl keys rotate', () => runSteps(steps, this.#style()));
      this.#running = running;
      await running;
    } finally {
      hosts.close();
    }
    this.log(`The ring ${result.cluster} has new keys: ${result.machines.length} machines, ${result.duration_s} s.`);
    return result;
  }

  /** The machine under way is finished; the next rotation continues. */
  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
  }

  #style(): ProgressStyle {
    if (this.jsonEnabled()) return 'silent';
    return process.stdout.isTTY ? 'terminal' : 'lines';
  }
}
