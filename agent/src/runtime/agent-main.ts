/**
 * Entry of the agent: `agent.mjs --config /etc/dbss/agent.json`. `--root DIR` puts a directory before all other paths. With `--prepare-restart` it
 * asks the agent that runs here to get ready for a restart that moves no address, and waits until it is.
 */
import { parseArgs } from 'node:util';
import type { AgentConfiguration, WitnessConfiguration } from '../configuration/agent-configuration.ts';
import { readAgentConfiguration } from '../configuration/read-agent-configuration.ts';
import { createHypervisor } from '../effects/hypervisor/hypervisor.ts';
import { releaseProgramPages } from '../effects/program-pages/release-program-pages.ts';
import { startAgent, type RunningAgent } from './agent.ts';
import { diagnose, diagnoseFatal } from './diagnostics.ts';
import { agentPaths, type AgentPaths } from './paths.ts';
import { prepareRestart } from './prepare-restart.ts';
import { startWitness } from './witness.ts';

/** The supervisor starts the agent again; the protocol goes on from what the memory disk and the interfaces say. */
function die(error: unknown): never {
  diagnoseFatal(error);
  process.exit(1);
}

process.on('uncaughtException', die);

/** So soon after its start, or after a recovery, an agent is as small as it is when nothing happens. */
const RELEASE_PAGES_EVERY_MS = 10_000;

/** A small server's memory is for its services; an agent that cannot give its own back is still an agent. */
function releasePagesNowAndThen(): void {
  const timer = setInterval(() => {
    try {
      releaseProgramPages();
    } catch (error) {
      diagnose('warning', 'giving back the pages of the program', error);
      clearInterval(timer);
    }
  }, RELEASE_PAGES_EVERY_MS);
  timer.unref();
}

function startInRole(configuration: AgentConfiguration | WitnessConfiguration, paths: AgentPaths): Promise<RunningAgent> {
  switch (configuration.role) {
    case 'server':
      return startAgent(configuration, paths, createHypervisor);
    case 'witness':
      return startWitness(configuration, paths);
  }
}

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: '/etc/dbss/agent.json' },
    root: { type: 'string', default: '' },
    'prepare-restart': { type: 'boolean', default: false },
  },
});

if (values['prepare-restart']) {
  process.exit((await prepareRestart(agentPaths(values.root).controlSocket)) ? 0 : 1);
}

try {
  const agent = await startInRole(readAgentConfiguration(values.config), agentPaths(values.root));
  releasePagesNowAndThen();
  process.on('SIGHUP', agent.reload);
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
