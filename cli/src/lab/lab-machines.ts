import { createHash } from 'node:crypto';
import type { Inventory, Lab } from '../inventory/inventory.ts';
import { UserError } from '../errors.ts';
import { labNames, type LabNames, type MachineNames } from './lab-names.ts';

/** A machine of a lab as plain data: what starting, stopping and cabling it needs, and nothing else. */
export interface LabMachineSpec {
  readonly name: string;
  readonly kind: 'server' | 'file-server';
  readonly realIp: string;
  readonly semAddress: string;
  /** Of its service interface eth0, and in the magic packets that wake it. */
  readonly mac: string;
  /** Of its SEM interface eth1: made from the machine's name, stable. */
  readonly semMac: string;
  /** Its port's name on both switches. */
  readonly port: string;
  readonly serviceSwitch: string;
  readonly semSwitch: string;
  /** The SEM network, e.g. `198.18.1.0/24`. */
  readonly semCidr: string;
  /** So long its firmware takes from power on, or a restart, until its system starts. */
  readonly selfTest_s: number;
  /** Directory of the carrying machine that it sees, and where. */
  readonly bind: { readonly source: string; readonly target: string } | undefined;
  readonly names: MachineNames;
}

/** A lab as its inventory describes it. */
export interface LabDescription {
  readonly names: LabNames;
  readonly lab: Lab;
  /** The file server first, then the servers in ring order. */
  readonly machines: readonly LabMachineSpec[];
}

/** Networks of a lab, as `dbssctl lab link` calls them. */
export const LAB_NETWORKS = ['service', 'sem'] as const;
export type LabNetwork = (typeof LAB_NETWORKS)[number];

/**
 * What can be done to a cable: plugged and whole, pulled, or broken in one direction. A `deaf` machine receives nothing, a `mute` one is not
 * heard; both see their link up.
 */
export const CABLE_STATES = ['up', 'down', 'deaf', 'mute'] as const;
export type CableState = (typeof CABLE_STATES)[number];

/**
 * Describe the lab of an inventory (the paper's Fig. 13).
 * @throws UserError when the inventory has no lab
 */
export function describeLab(inventory: Inventory): LabDescription {
  const lab = inventory.lab;
  if (lab === undefined) {
    throw new UserError(`${inventory.path}: this inventory has no lab`, {
      hint: 'add all.vars.dbss_lab (see inventories/lab.yml), or use an inventory that has it',
    });
  }
  const names = labNames(inventory);
  const { serviceSwitch, semSwitch } = names.namespaces;
  const common = { serviceSwitch, semSwitch, semCidr: inventory.semNetwork.cidr };
  const realSource = inventory.sharedStorage?.real.source;
  const serverBind = realSource?.startsWith('/') === true ? { source: names.exportDirectory, target: realSource } : undefined;
  const { fileServer } = lab;
  return {
    names,
    lab,
    machines: [
      {
        ...common,
        name: fileServer.name,
        kind: 'file-server',
        realIp: fileServer.realIp,
        semAddress: fileServer.semAddress,
        mac: fileServer.mac,
        semMac: semMac(names.id, fileServer.name),
        port: 'files',
        selfTest_s: 0,
        bind: { source: names.exportDirectory, target: fileServer.export },
        names: names.machine(fileServer.name),
      },
      ...inventory.servers.map((server) => ({
        ...common,
        name: server.name,
        kind: 'server' as const,
        realIp: server.realIp,
        semAddress: server.semAddress,
        mac: server.mac,
        semMac: semMac(names.id, server.name),
        port: `server${server.number}`,
        selfTest_s: lab.selfTest_s,
        bind: serverBind,
        names: names.machine(server.name),
      })),
    ],
  };
}

/**
 * The machine of that name.
 * @throws UserError that names the machines there are
 */
export function findMachine(description: LabDescription, name: string): LabMachineSpec {
  const machine = description.machines.find((candidate) => candidate.name === name);
  if (machine !== undefined) return machine;
  const known = description.machines.map((candidate) => candidate.name).join(', ');
  throw new UserError(`"${name}" is not a machine of this lab`, { hint: `its machines are ${known}` });
}

/** A locally administered address that no other machine of the lab has but by a collision of 40 bits. */
function semMac(labId: string, machine: string): string {
  const bytes = createHash('sha256').update(`${labId} ${machine} sem`).digest().subarray(0, 5);
  return ['02', ...[...bytes].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
