import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import { AgentClient } from '../../deploy/agent-client.ts';
import { orderReturn } from '../../deploy/order-return.ts';
import { requireAgentMachine } from '../../inspect/require-agent-machine.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import { statePaths } from '../../inventory/state-paths.ts';

export interface ReturnOrder {
  readonly target: string;
  /** The server whose DBSS returns it. */
  readonly manager: string;
  /** Servers that have not got the order: if one of them recovers the target next, it may hold it back. */
  readonly without: readonly string[];
}

export default class RingReturn extends DbssCommand {
  static override summary = 'Return a server that is held back because it failed too often lately.';
  static override description =
    'A server that is returned again and again is held back for a while, each time longer, while its virtual server serves. When it is repaired this ' +
    'order forgets its history; it takes its address back as soon as its services run.';
  static override examples = ['<%= config.bin %> ring return ftp'];
  static override args = { server: Args.string({ description: 'The server to return.', required: true }) };
  static override flags = { inventory: inventoryFlag };

  async run(): Promise<ReturnOrder> {
    const { args, flags } = await this.parse(RingReturn);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const target = requireAgentMachine(inventory, args.server).name;
    const client = new AgentClient(statePaths(inventory.path).sshConfig);
    try {
      const { manager, without } = await orderReturn(inventory, client, target);
      this.log(`${manager} returns ${target} as soon as it is well.`);
      if (without.length > 0) this.log(`Not told: ${without.join(', ')}; should one of them recover ${target} next, give the order again.`);
      return { target, manager, without };
    } finally {
      client.close();
    }
  }
}
