import { Args, Flags } from '@oclif/core';
import type { CaptureReport } from '@dbss/agent/protocol/procedure/procedure-work.ts';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import { AgentClient } from '../../deploy/agent-client.ts';
import { BrokenError, UserError } from '../../errors.ts';
import { describeCapture } from '../../inspect/describe-capture.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import { statePaths } from '../../inventory/state-paths.ts';

/** A server that is busy reads and compresses its configuration for a while. */
const TIMEOUT_MS = 60_000;

type Captured = Extract<CaptureReport, { readonly kind: 'captured' }>;

export default class ProcedureCapture extends DbssCommand {
  static override summary = "Capture a server's configuration as its installation procedure file now.";
  static override description = [
    'The agent of the server does the same by itself when its configuration has changed, stays changed for an interval and its daemons have read it. This command',
    'does not wait, and tells what went in. Where internal monitoring does not find the server normal, --force captures all the same: a configuration that does',
    'not work here will not work on a virtual server either.',
  ].join('\n');
  static override examples = ['<%= config.bin %> procedure capture ftp', '<%= config.bin %> procedure capture ftp --json'];
  static override args = { host: Args.string({ description: 'The server to capture.', required: true }) };
  static override flags = {
    inventory: inventoryFlag,
    force: Flags.boolean({ summary: 'Capture although the services are not normal.' }),
  };

  async run(): Promise<Omit<Captured, 'kind'>> {
    const { args, flags } = await this.parse(ProcedureCapture);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const server = inventory.servers.find(({ name }) => name === args.host)?.name;
    if (server === undefined) {
      throw new UserError(`"${args.host}" is not a server of this ring`, {
        hint: `its servers are ${inventory.servers.map(({ name }) => name).join(', ')}`,
      });
    }
    const client = new AgentClient(statePaths(inventory.path).sshConfig, TIMEOUT_MS);
    try {
      const report = await client.captureProcedure(server, flags.force);
      if (report.kind === 'refused') {
        throw new BrokenError(`${server}: not captured: ${report.reason}`, {
          hint: 'the version that the servers have stays in force; `dbssctl procedure show` tells which',
        });
      }
      for (const line of describeCapture(report)) this.log(line);
      return { stamp: report.stamp, contents: report.contents };
    } finally {
      client.close();
    }
  }
}
