import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../commands-base/dbss-command.ts';
import { AgentClient } from '../deploy/agent-client.ts';
import { askMetrics } from '../inspect/ask-metrics.ts';
import { renderMetrics } from '../inspect/render-metrics.ts';
import type { MachineMetrics } from '../inspect/render-metrics.ts';
import { requireAgentMachine } from '../inspect/require-agent-machine.ts';
import { agentMachines } from '../inventory/agent-machines.ts';
import { loadInventory } from '../inventory/load-inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';

export default class Metrics extends DbssCommand {
  static override summary = 'Show what the agents count, as text for Prometheus.';
  static override description = [
    'What SEM refused, edits and heartbeats, calls, takeovers, memory. Counters begin at 0 when an agent starts.',
    "No agent listens for this on a network. For Prometheus, write the text now and then into a file that node_exporter's textfile collector reads.",
  ].join('\n');
  static override examples = [
    '<%= config.bin %> metrics',
    '<%= config.bin %> metrics ftp --json',
    '<%= config.bin %> metrics > dbss.new && mv dbss.new /var/lib/prometheus/node-exporter/dbss.prom',
  ];
  static override args = { host: Args.string({ description: 'Server of the ring, or its witness; without it all of them.' }) };
  static override flags = { inventory: inventoryFlag };

  async run(): Promise<readonly MachineMetrics[]> {
    const { args, flags } = await this.parse(Metrics);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const machines = args.host === undefined ? agentMachines(inventory) : [requireAgentMachine(inventory, args.host)];
    const client = new AgentClient(statePaths(inventory.path).sshConfig);
    try {
      const answers = await askMetrics(
        client,
        machines.map(({ name }) => name),
      );
      for (const { unreachable } of answers) if (unreachable !== null) this.logToStderr(`No answer: ${unreachable}`);
      if (!this.jsonEnabled()) process.stdout.write(renderMetrics(answers));
      if (answers.every(({ metrics }) => metrics === null)) process.exitCode = 1;
      return answers;
    } finally {
      client.close();
    }
  }
}
