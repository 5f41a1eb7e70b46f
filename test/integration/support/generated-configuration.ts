import type { AgentConfiguration, WitnessConfiguration } from '../../../agent/src/configuration/agent-configuration.ts';
import { agentConfiguration, witnessConfiguration } from '../../../cli/src/generate/agent-configuration.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';
import type { Network } from './namespaces.ts';

/** As generated, but with the addresses that the machines have here. */
export function configurationOf(machine: string, inventory: Inventory, network: Network): AgentConfiguration | WitnessConfiguration {
  const moved = {
    ...inventory,
    servers: inventory.servers.map((server) => ({ ...server, semAddress: network.address(server.name) })),
    ...(inventory.witness === undefined ? {} : { witness: { ...inventory.witness, semAddress: network.address(inventory.witness.name) } }),
  };
  const server = moved.servers.find(({ name }) => name === machine);
  if (server === undefined && moved.witness !== undefined) return witnessConfiguration(moved, moved.witness);
  if (server === undefined) throw new Error(`no such machine: ${machine}`);
  return {
    ...agentConfiguration(moved, server, { fencing: {}, hostKeys: {}, checkAccount: undefined }),
    service_interface: 'eth0',
    sem_interface: 'eth0',
  };
}
