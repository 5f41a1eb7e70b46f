import { setTimeout as sleep } from 'node:timers/promises';
import { Flags } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import { AgentClient } from '../../deploy/agent-client.ts';
import { UserError } from '../../errors.ts';
import { askRing } from '../../inspect/ask-ring.ts';
import { renderRing } from '../../inspect/render-ring.ts';
import type { RingView } from '../../inspect/ring-view.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import { statePaths } from '../../inventory/state-paths.ts';

const WATCH_EVERY_MS = 1_000;
const CLEAR_SCREEN = '\u001B[2J\u001B[H';

export default class RingShow extends DbssCommand {
  static override summary = 'Show who manages whom, who holds which virtual IP address, and what the standbys do.';
  static override description =
    'Asks all servers at the same time, for at most five seconds, and makes one picture of their answers; dead servers do not matter.';
  static override examples = ['<%= config.bin %> ring show', '<%= config.bin %> ring show --json', '<%= config.bin %> ring show --watch'];
  static override flags = {
    inventory: inventoryFlag,
    watch: Flags.boolean({ char: 'w', summary: 'Show it again each second, until Ctrl-C.' }),
    check: Flags.boolean({ summary: 'End with exit code 1 when not all servers are managed.' }),
  };

  async run(): Promise<RingView> {
    const { flags } = await this.parse(RingShow);
    if (flags.watch && this.jsonEnabled()) {
      throw new UserError('--watch shows the ring again and again, and --json is one answer', {
        hint: 'ask again with `ring show --json`',
      });
    }
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const client = new AgentClient(statePaths(inventory.path).sshConfig);
    try {
      for (;;) {
        const view = await askRing(inventory, client);
        this.log(`${flags.watch && process.stdout.isTTY ? CLEAR_SCREEN : ''}${renderRing(view)}`);
        if (flags.check && !view.allManaged) process.exitCode = 1;
        if (!flags.watch || this.interruption.aborted) return view;
        await sleep(WATCH_EVERY_MS, undefined, { signal: this.interruption });
      }
    } finally {
      client.close();
    }
  }
}
