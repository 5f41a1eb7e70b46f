import { existsSync } from 'node:fs';
import path from 'node:path';
import { BrokenError, UserError } from '../errors.ts';
import { agentDist, installationRoot } from '../installation.ts';
import { agentMachines } from '../inventory/agent-machines.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import type { AnsibleEvent, HostCounts } from './ansible-events.ts';
import { deploymentFailed } from './deployment-failed.ts';
import { newAnsibleLog } from './log-files.ts';
import { runPlaybook } from './run-playbook.ts';
import { holderEnvironment } from './state-lock.ts';
import { FINISHED_TASK, readUnfinished, unfinishedAfter, writeUnfinished } from './unfinished.ts';

export interface DeployOptions {
  /** Generated files and image are there already: leave the play out that makes them. */
  readonly prepared: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: AnsibleEvent) => void;
}

export interface DeployResult {
  /** Tasks that changed something, over all hosts. */
  readonly changed: number;
  readonly hosts: Readonly<Record<string, HostCounts>>;
  readonly log: string;
}

/** A deployment that ran to its end, with or without failures. */
export interface DeploymentOutcome extends DeployResult {
  /** Machines on which everything that was changed is in force. */
  readonly finished: readonly string[];
  /** What is to be thrown when all is done that can be done for those that finished; undefined when nothing failed. */
  readonly failure: Error | undefined;
}

/**
 * Bring the servers and the witness to what the inventory says: generate, build the image, copy, restart what changed, all by ansible/playbooks/site.yml.
 *
 * @throws UserError when the agent is not built, or every failure is what the user did wrong; else BrokenError. It names each failed host and step
 */
export async function deploy(inventory: Inventory, options: DeployOptions): Promise<DeployResult> {
  const { failure, changed, hosts, log } = await runDeployment(inventory, options);
  if (failure !== undefined) throw failure;
  return { changed, hosts, log };
}

/**
 * The same, for those that have something to do where it succeeded.
 * @throws UserError when the agent is not built; BrokenError when Ansible did not run
 */
export async function runDeployment(inventory: Inventory, options: DeployOptions): Promise<DeploymentOutcome> {
  if (!existsSync(path.join(agentDist(), 'agent.mjs'))) {
    throw new UserError(`the agent is not built: ${agentDist()} has no agent.mjs`, { hint: `cd ${installationRoot()} && npm run build` });
  }
  const { root } = statePaths(inventory.path);
  const machines = agentMachines(inventory).map((machine) => machine.name);
  const unfinishedFile = path.join(root, 'deployment-unfinished');
  const log = await newAnsibleLog(root, new Date());
  const unfinished = await readUnfinished(unfinishedFile);
  await writeUnfinished(unfinishedFile, machines);
  const finished: string[] = [];
  const { hosts, failures, logProblem } = await runPlaybook({
    root: installationRoot(),
    inventory: inventory.path,
    playbook: 'site.yml',
    extraVars: unfinished.length > 0 ? { dbss_ring_unfinished_hosts: unfinished } : {},
    skipTags: options.prepared ? ['prepare'] : [],
    environment: holderEnvironment(),
    logFile: log,
    signal: options.signal,
    onEvent: (event) => {
      if (event.kind === 'result' && event.task === FINISHED_TASK && event.outcome === 'ok') finished.push(event.host);
      options.onEvent(event);
    },
  });
  const run = { seen: Object.keys(hosts), finished, failed: failures.map((failure) => failure.host) };
  await writeUnfinished(unfinishedFile, unfinishedAfter(machines, unfinished, run));
  const changed = Object.values(hosts).reduce((sum, counts) => sum + counts.changed, 0);
  return { changed, hosts, log, finished, failure: failures.length > 0 ? deploymentFailed(failures, log) : logNotWritten(log, logProblem) };
}

function logNotWritten(log: string, cause: Error | undefined): BrokenError | undefined {
  if (cause === undefined) return undefined;
  return new BrokenError(`${log}: cannot be written; the deployment itself succeeded`, { cause, hint: 'Make room there.' });
}
