import type { AgentClient } from '../deploy/agent-client.ts';
import type { MachineMetrics } from './render-metrics.ts';

/** Ask the agents of all these machines at the same time what they count. A dead one costs the client's timeout, not more. */
export async function askMetrics(client: Pick<AgentClient, 'metrics'>, machines: readonly string[]): Promise<readonly MachineMetrics[]> {
  return Promise.all(
    machines.map(async (machine): Promise<MachineMetrics> => {
      try {
        return { machine, metrics: await client.metrics(machine), unreachable: null };
      } catch (error) {
        return { machine, metrics: null, unreachable: (error as Error).message };
      }
    }),
  );
}
