/** Entry of the agent: `agent.mjs --config /etc/dbss/agent.json`. `--root DIR` puts a directory before all other paths. */
import { parseArgs } from 'node:util';
import { readAgentConfiguration } from '../configuration/read-agent-configuration.ts';
import { createHypervisor } from '../effects/hypervisor/hypervisor.ts';
import { startAgent } from './agent.ts';
import { diagnose, diagnoseFatal } from './diagnostics.ts';
import { agentPaths } from './paths.ts';

/** The supervisor starts the agent again; the protocol goes on from what the memory disk and the interfaces say. */
function die(error: unknown): never {
  diagnoseFatal(error);
  process.exit(1);
}

process.on('uncaughtException', die);

const { values } = parseArgs({
  options: { config: { type: 'string', default: '/etc/dbss/agent.json' }, root: { type: 'string', default: '' } },
});

try {
  const agent = await startAgent(readAgentConfiguration(values.config), agentPaths(values.root), createHypervisor);
  process.on('SIGHUP', agent.reopenLog);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      agent.stop();
      diagnose('information', `${signal}: stopped; addresses and the standby stay as they are`);
      process.exit(0);
    });
  }
} catch (error) {
  die(error);
}
