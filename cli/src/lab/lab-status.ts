import { existsSync } from 'node:fs';
import type { Inventory } from '../inventory/inventory.ts';
import { describeLab, LAB_NETWORKS, type LabMachineSpec, type LabNetwork } from './lab-machines.ts';
import { isOff } from './lab-switch.ts';
import { readPorts, type LinkState } from './machine-links.ts';
import { requireRoot } from './lab-preflight.ts';
import { machineState, type PowerState } from './machine-state.ts';
import { powerControllerProcess } from './power-controller-process.ts';

/** What `dbssctl lab status --json` prints. */
export interface LabStatus {
  readonly id: string;
  /** Every machine on, its cables plugged, the power controller at work. */
  readonly up: boolean;
  readonly controller: {
    readonly namespace: string;
    readonly serviceIp: string;
    readonly semIp: string;
    /** Process id of the power controller; null when it does not run. */
    readonly powerController: number | null;
  };
  readonly client: { readonly name: string; readonly namespace: string; readonly realIp: string };
  readonly switches: Readonly<Record<LabNetwork, SwitchState>>;
  readonly machines: readonly LabMachineStatus[];
}

export type SwitchState = 'up' | 'off' | 'absent';

export interface LabMachineStatus {
  readonly name: string;
  readonly kind: LabMachineSpec['kind'];
  readonly power: PowerState;
  /** Of its first process, as this machine counts. */
  readonly pid: number | null;
  readonly supervisor: number | null;
  readonly realIp: string;
  readonly semAddress: string;
  readonly mac: string;
  readonly namespace: string;
  readonly links: Readonly<Record<LabNetwork, LinkState>>;
}

/** Look at every part of an inventory's lab; changes nothing. */
export async function labStatus(inventory: Inventory): Promise<LabStatus> {
  requireRoot('dbssctl lab status');
  const description = describeLab(inventory);
  const { names, lab, machines } = description;
  const { controller, client, serviceSwitch, semSwitch } = names.namespaces;
  const [service, sem] = await Promise.all([readPorts(serviceSwitch), readPorts(semSwitch)]);
  const machineStatuses = machines.map((machine): LabMachineStatus => {
    const { power, init, supervisor } = machineState(machine);
    return {
      name: machine.name,
      kind: machine.kind,
      power,
      pid: init?.pid ?? null,
      supervisor: supervisor?.pid ?? null,
      realIp: machine.realIp,
      semAddress: machine.semAddress,
      mac: machine.mac,
      namespace: machine.names.namespace,
      links: { service: service.get(machine.port) ?? 'absent', sem: sem.get(machine.port) ?? 'absent' },
    };
  });
  const powerController = powerControllerProcess(names.runDirectory);
  const switchState = (namespace: string, network: LabNetwork): SwitchState =>
    !existsSync(`/run/netns/${namespace}`) ? 'absent' : isOff(description, network) ? 'off' : 'up';
  const well = machineStatuses.every(
    ({ power, links, supervisor }) => power === 'on' && supervisor !== null && LAB_NETWORKS.every((network) => links[network] === 'up'),
  );
  return {
    id: names.id,
    up: well && powerController !== undefined,
    controller: {
      namespace: controller,
      serviceIp: lab.controller.serviceIp,
      semIp: lab.controller.semIp,
      powerController: powerController?.pid ?? null,
    },
    client: { name: lab.client.name, namespace: client, realIp: lab.client.realIp },
    switches: { service: switchState(serviceSwitch, 'service'), sem: switchState(semSwitch, 'sem') },
    machines: machineStatuses,
  };
}
