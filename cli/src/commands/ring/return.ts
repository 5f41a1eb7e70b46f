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
<<<<<<< HEAD
      const statuses = await askStatuses(inventory, client);
      const running = [...statuses].flatMap(([server, answer]) => ('status' in answer ? [{ server, dbss: answer.status.dbss }] : []));
      const manager = running.find(({ dbss }) => dbss.some((one) => one.target === target))?.server;
      if (manager === undefined) {
        throw new UserError(`no server that answers manages ${target}`, {
          hint: 'look at `dbssctl ring show`; a witness and a dedicated management server are managed by nobody',
        });
      }
      // Each server remembers what it has returned itself; another one may have to recover this target next.
      await Promise.all(running.map(({ server }) => client.returnTarget(server, target)));
=======
      const manager = await orderReturn(inventory, client, target);
>>>>>>> experiment
      this.log(`${manager} returns ${target} as soon as it is well.`);
      return { target, manager };
    } finally {
      client.close();
    }
  }
}
