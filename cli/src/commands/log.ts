import { Args, Flags } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../commands-base/dbss-command.ts';
import { showSystemLog } from '../inspect/system-logs.ts';
import { requireAgentMachine } from '../inspect/require-agent-machine.ts';
import { loadInventory } from '../inventory/load-inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';

export default class Log extends DbssCommand {
  static override summary = 'Show the system log (§5.2) of a server or the witness, and follow it.';
  static override examples = ['<%= config.bin %> log mail', '<%= config.bin %> log mail --follow --lines 100'];
  static override args = { host: Args.string({ required: true, description: 'Server of the ring, or its witness.' }) };
  static override flags = {
    inventory: inventoryFlag,
    follow: Flags.boolean({ char: 'f', summary: 'Go on with what is written from now on, until Ctrl-C.' }),
    lines: Flags.integer({ char: 'n', default: 20, min: 0, summary: 'How many lines from the end to begin with.' }),
  };

  async run(): Promise<{ readonly server: string; readonly lines: readonly string[] }> {
    const { args, flags } = await this.parse(Log);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const server = requireAgentMachine(inventory, args.host);
    let text = '';
    await showSystemLog(statePaths(inventory.path).sshConfig, server.name, {
      lines: flags.lines,
      follow: flags.follow && !this.jsonEnabled(),
      signal: this.interruption,
      onText: (part) => {
        if (this.jsonEnabled()) text += part;
        else process.stdout.write(part);
      },
    });
    return { server: server.name, lines: text.split('\n').filter((line) => line !== '') };
  }
}
