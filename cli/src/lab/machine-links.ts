import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { recordLabEvent } from './lab-events.ts';
import { CABLE_STATES, type CableState, describeLab, findMachine, type LabMachineSpec, type LabNetwork } from './lab-machines.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { requireRoot } from './lab-preflight.ts';
import { isSwitchOff } from './lab-switch-mark.ts';
import { machineState } from './machine-state.ts';
import { runProgram, tryProgram } from './run-program.ts';

/** `absent`: the machine is off, or there is no such switch. */
export type LinkState = CableState | 'absent';

const ONE_WAY = ['deaf', 'mute'] as const;
type OneWay = (typeof ONE_WAY)[number];

/**
 * Pull, break in one direction, or plug a machine's cable at the switch. It stays so over reboots until it is plugged or the lab is brought up.
 * @throws UserError when the machine is off or not of this lab
 */
export async function setLabLink(inventory: Inventory, name: string, network: LabNetwork, wanted: CableState): Promise<void> {
  requireRoot(`dbssctl lab link ${name} ${network} ${wanted}`);
  const { names, ...description } = describeLab(inventory);
  const machine = findMachine({ names, ...description }, name);
  if (machineState(machine).power === 'off') {
    throw new UserError(`${name} is off: it has no link`, { hint: `dbssctl lab power ${name} on` });
  }
  await setMachineLink(machine, network, wanted);
  recordLabEvent(names.runDirectory, { time_ms: Date.now(), machine: name, action: `${network}-link-${wanted}` });
}

/** The same without an event; a machine that is off finds its cable so when it is switched on. */
export async function setMachineLink(machine: LabMachineSpec, network: LabNetwork, wanted: CableState): Promise<void> {
  const mark = cableMark(machine, network);
  mkdirSync(path.dirname(mark), { recursive: true });
  await breakOneWay(
    machine,
    network,
    ONE_WAY.find((state) => state === wanted),
  );
  if (wanted === 'up') rmSync(mark, { force: true });
  else writeFileSync(mark, wanted);
  if (machineState(machine).init === undefined) return;
  const link = wanted === 'down' || isSwitchOff(machine, network) ? 'down' : 'up';
  await runProgram(`${machine.name}: ${network} link ${wanted}`, 'ip', [
    '-n',
    switchOf(machine, network),
    'link',
    'set',
    machine.port,
    link,
  ]);
}

/** What `setLabLink` made of its cable. */
export function cableState(machine: LabMachineSpec, network: LabNetwork): CableState {
  const mark = cableMark(machine, network);
  if (!existsSync(mark)) return 'up';
  const text = readFileSync(mark, 'utf8');
  return CABLE_STATES.find((state) => state === text) ?? 'down';
}

/** Both ports dead at once, as when the power goes: nothing leaves the machine any more. A machine without ports is no error. */
export async function cutLinks(machine: LabMachineSpec): Promise<void> {
  await Promise.all(
    [machine.serviceSwitch, machine.semSwitch].map((namespace) => tryProgram('ip', ['-n', namespace, 'link', 'set', machine.port, 'down'])),
  );
}

/** State of every port of a switch by port name; none when there is no such switch. */
export async function readPorts(switchNamespace: string): Promise<ReadonlyMap<string, LinkState>> {
  const [links, tables] = await Promise.all([
    tryProgram('ip', ['-j', '-n', switchNamespace, 'link', 'show', 'type', 'veth']),
    tryProgram('ip', ['netns', 'exec', switchNamespace, 'nft', 'list', 'tables', 'bridge']),
  ]);
  if (links.code !== 0) return new Map();
  const ports = JSON.parse(links.stdout === '' ? '[]' : links.stdout) as readonly {
    readonly ifname: string;
    readonly flags: readonly string[];
  }[];
  const broken = new Set(tables.stdout.split('\n').map((line) => line.split(' ').at(-1)));
  return new Map(
    ports.map(({ ifname, flags }) => {
      const oneWay = ONE_WAY.find((state) => broken.has(tableOf(ifname, state)));
      return [ifname, flags.includes('UP') ? (oneWay ?? 'up') : 'down'];
    }),
  );
}

/** What nftables is told so that frames to (`deaf`) or from (`mute`) a port of a switch are dropped, or none. */
export function oneWayRules(port: string, wanted: OneWay | undefined): string {
  const without = ONE_WAY.flatMap((state) => [`add table bridge ${tableOf(port, state)}`, `delete table bridge ${tableOf(port, state)}`]);
  const rule = { deaf: `hook postrouting priority 0; oifname "${port}" drop`, mute: `hook prerouting priority 0; iifname "${port}" drop` };
  const table =
    wanted === undefined ? [] : [`table bridge ${tableOf(port, wanted)} {`, 'chain drops {', `type filter ${rule[wanted]}`, '}', '}'];
  return [...without, ...table, ''].join('\n');
}

async function breakOneWay(machine: LabMachineSpec, network: LabNetwork, wanted: OneWay | undefined): Promise<void> {
  await runProgram(`${machine.name}: ${network} link`, 'ip', ['netns', 'exec', switchOf(machine, network), 'nft', '-f', '-'], {
    input: oneWayRules(machine.port, wanted),
  });
}

function tableOf(port: string, state: OneWay): string {
  return `dbss_${port}_${state}`;
}

function switchOf(machine: LabMachineSpec, network: LabNetwork): string {
  return network === 'service' ? machine.serviceSwitch : machine.semSwitch;
}

/** run-machine.sh leaves the port of a machine down when this file says so; a broken cable has a link. */
function cableMark(machine: LabMachineSpec, network: LabNetwork): string {
  return path.join(machine.names.runDirectory, `${network}-cable`);
}
