import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import { AgentClient } from '../../deploy/agent-client.ts';
import { askStatuses } from '../../inspect/ask-ring.ts';
import { mergeProcedures, type ProceduresView } from '../../inspect/procedures-view.ts';
import { renderProcedures } from '../../inspect/render-procedures.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import { statePaths } from '../../inventory/state-paths.ts';

export default class ProcedureShow extends DbssCommand {
  static override summary = 'Show the installation procedure file of each server: its version, who has it, and what has changed since.';
  static override description =
    'Each server captures its own configuration when that has changed, stays changed for an interval and works; the file goes to all servers. Until its first ' +
    'capture a server has the file that was generated from the inventory.';
  static override examples = ['<%= config.bin %> procedure show', '<%= config.bin %> procedure show --json'];
  static override flags = { inventory: inventoryFlag };

  async run(): Promise<ProceduresView> {
    const { flags } = await this.parse(ProcedureShow);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const client = new AgentClient(statePaths(inventory.path).sshConfig);
    try {
      const servers = inventory.servers.map(({ name }) => name);
      const view = mergeProcedures(inventory.cluster, servers, await askStatuses(inventory, client));
      this.log(renderProcedures(view));
      return view;
    } finally {
      client.close();
    }
  }
}
