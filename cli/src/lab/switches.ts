import { existsSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Inventory } from '../inventory/inventory.ts';
import type { LabDescription } from './lab-machines.ts';
import type { LabNamespaces } from './lab-names.ts';
import { runProgram } from './run-program.ts';

/** A namespace and what `ip -batch` makes in it, in this order. */
interface NamespacePlan {
  readonly namespace: string;
  readonly commands: readonly string[];
}

/**
 * Build the two switches, the controller and the client (Fig. 13), unless they stand as the inventory wants them.
 * @returns true when they were built anew: then no machine is connected to them
 */
export async function ensureSwitches(inventory: Inventory, description: LabDescription): Promise<boolean> {
  const { names } = description;
  const plan = planSwitches(inventory, description);
  const mark = path.join(names.runDirectory, 'switches.json');
  const wanted = JSON.stringify(plan);
  const stands =
    existsSync(mark) && readFileSync(mark, 'utf8') === wanted && plan.every(({ namespace }) => existsSync(`/run/netns/${namespace}`));
  if (stands) return false;
  rmSync(mark, { force: true });
  await removeSwitches(names.namespaces);
  for (const { namespace } of plan) await runProgram(`switches: ${namespace}`, 'ip', ['netns', 'add', namespace]);
  for (const { namespace, commands } of plan) {
    await runProgram(`switches: ${namespace}`, 'ip', ['-n', namespace, '-batch', '-'], { input: `${commands.join('\n')}\n` });
  }
  // Traffic that leaves the lab is answered by the gateway, not left waiting.
  await runProgram('switches: gateway', 'ip', ['netns', 'exec', names.namespaces.serviceSwitch, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  mkdirSync(names.runDirectory, { recursive: true });
  writeFileSync(mark, wanted);
  return true;
}

/** Remove the namespaces of switches, controller and client, and with them every bridge, port and address in them. */
async function removeSwitches(namespaces: LabNamespaces): Promise<void> {
  for (const namespace of Object.values(namespaces) as readonly string[]) {
    if (existsSync(`/run/netns/${namespace}`)) await runProgram(`switches: ${namespace}`, 'ip', ['netns', 'delete', namespace]);
  }
}

/** The commands that make the networks of a lab. Nothing is ever in the root namespace: each cable is made between two others. */
export function planSwitches(inventory: Inventory, { names, lab }: LabDescription): readonly NamespacePlan[] {
  const { controller, client, serviceSwitch, semSwitch } = names.namespaces;
  const { serviceNetwork, semNetwork } = inventory;
  // Without an address of its own a bridge takes its lowest port's, so that a pulled plug would change the gateway's address for everybody.
  const bridge = [
    'link set lo up',
    'link add name br0 address 02:db:55:ff:ff:01 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
    'link set br0 up',
  ];
  const cable = (name: string, switchNamespace: string, port: string, address: string): readonly string[] => [
    `link add name ${name} type veth peer name ${port} netns ${switchNamespace}`,
    `address add ${address} dev ${name}`,
    `link set ${name} up`,
  ];
  const plugIn = (port: string): readonly string[] => [`link set ${port} master br0`, `link set ${port} up`];
  return [
    {
      namespace: controller,
      commands: [
        'link set lo up',
        ...cable('service', serviceSwitch, 'controller', `${lab.controller.serviceIp}/${serviceNetwork.prefix_length} brd +`),
        ...cable('sem', semSwitch, 'controller', `${lab.controller.semIp}/${semNetwork.prefix_length} brd +`),
      ],
    },
    {
      namespace: client,
      commands: [
        'link set lo up',
        ...cable('eth0', serviceSwitch, 'client', `${lab.client.realIp}/${serviceNetwork.prefix_length} brd +`),
        `route add default via ${serviceNetwork.gateway}`,
      ],
    },
    {
      namespace: serviceSwitch,
      commands: [
        ...bridge,
        `address add ${serviceNetwork.gateway}/${serviceNetwork.prefix_length} brd + dev br0`,
        'route add unreachable default',
        ...plugIn('controller'),
        ...plugIn('client'),
      ],
    },
    { namespace: semSwitch, commands: [...bridge, ...plugIn('controller')] },
  ];
}
