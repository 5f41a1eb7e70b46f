import { AgentClient } from '../deploy/agent-client.ts';
import { runDeployment } from '../deploy/deploy.ts';
import type { DeployResult } from '../deploy/deploy.ts';
import { DeployProgress } from '../deploy/deploy-progress.ts';
import { BrokenError, UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { renewStandbys } from './recorded-standbys.ts';
import type { RenewedStandbys } from './recorded-standbys.ts';

export interface RingDeployment extends DeployResult {
  readonly standbys: RenewedStandbys;
}

/**
 * A deployment to servers that may be a ring already: what `deploy` does, and the standbys of an older original server made anew, also where other machines
 * failed: a server that has the new one captures only what differs from it.
 *
 * @param options.say told what happens, in lines
 * @throws what `deploy` throws; BrokenError naming a server whose standby did not come in time
 */
export async function deployToRing(
  inventory: Inventory,
  options: { readonly signal: AbortSignal; readonly say: (line: string) => void },
): Promise<RingDeployment> {
  const { signal, say } = options;
  const progress = new DeployProgress();
  const { finished, failure, ...result } = await runDeployment(inventory, {
    prepared: false,
    signal,
    onEvent: (event) => {
      const line = progress.next(event);
      if (line !== undefined) say(line);
    },
  });
  const paths = statePaths(inventory.path);
  const client = new AgentClient(paths.sshConfig);
  try {
    const servers = inventory.servers.map((server) => server.name).filter((name) => finished.includes(name));
    let last = '';
    const onProgress = (line: string): void => {
      if (line !== last) say(`standbys: ${line}`);
      last = line;
    };
    const standbys = await besideFailure(failure, () => renewStandbys(client, { paths, servers, signal, onProgress }));
    if (standbys.renewed.length > 0) say(`standbys made anew of the new original server: ${standbys.renewed.join(', ')}`);
    if (standbys.serving.length > 0)
      say(`standbys of an older original server, in service: ${standbys.serving.join(', ')}; deploy again when their targets are back`);
    if (failure !== undefined) throw failure;
    return { ...result, standbys };
  } finally {
    client.close();
  }
}

/**
 * Do what is left to be done after a failure.
 * @throws BrokenError that tells both, where this breaks as well
 */
export async function besideFailure<T>(failure: Error | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (failure === undefined || !(error instanceof BrokenError)) throw error;
    const hint = failure instanceof UserError || failure instanceof BrokenError ? failure.hint : undefined;
    throw new BrokenError(`${failure.message}\n${error.message}`, { cause: error, ...(hint === undefined ? {} : { hint }) });
  }
}
