import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { agentConfiguration } from '../../generate/agent-configuration.ts';
import { managementFiles } from '../../generate/management-files.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { SimulatedRing } from '../simulated-ring.ts';

const NO_SECRETS = { fencing: {}, hostKeys: {}, checkAccount: undefined };

/** The ring of an inventory as its servers would be told of it; the seconds of the interval are not logged. */
export function ringOfInventory(inventory: Inventory): SimulatedRing {
  const generated = new Map(managementFiles(inventory).map(({ path, content }) => [path.slice('management/'.length), content.toString()]));
  const text = (name: string): string => generated.get(name) ?? '';
  const data = [...generated].filter(([name]) => name.startsWith('data/')).map(([name, content]) => [name.slice('data/'.length), content]);
  const files: ManagementFiles = {
    group: text('group'),
    operation: text('operation'),
    separation: text('separation'),
    heartbeat: text('heartbeat'),
    problem: text('problem'),
    data: Object.fromEntries(data) as ManagementFiles['data'],
  };
  const configurations = inventory.servers.map(
    (server) => [server.name, { ...agentConfiguration(inventory, server, NO_SECRETS).ring, log_seconds: false }] as const,
  );
  return { names: inventory.servers.map(({ name }) => name), configurations: new Map(configurations), files };
}
