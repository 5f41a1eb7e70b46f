import type { Event } from '@dbss/agent/protocol/events.ts';
import { MANAGEMENT_FILE_NAMES, type ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { NodeState } from '@dbss/agent/protocol/node-state.ts';
import type { ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { ringServer } from '@dbss/agent/protocol/ring/services-of.ts';
import type { Found } from '@dbss/agent/protocol/server/server-events.ts';
import { initialServerState, type ServerState } from '@dbss/agent/protocol/server/server-state.ts';
import { type Machine, type MachineHappening, newMachine } from './machine.ts';

/** An event before the world stamps it with the host's clocks. */
export type Happening = Event extends infer E ? (E extends Event ? Omit<E, 'now'> : never) : never;

/** A server of the ring: the machine, its agent process and its hypervisor as the world knows them. */
export interface Host extends Machine {
  server: ServerState;
  /** What its agent knows of the ring. */
  readonly state: NodeState;
  /** From the order to restart to the machine's end; its agent goes on meanwhile. */
  shutdown_ms: number;
  /** It was ordered to restart in this boot. */
  goesDown: boolean;
  /** The daemons of its function. */
  readonly services: readonly string[];
  /** Daemons that run now. */
  readonly daemons: Set<string>;
  /** Daemons that do not start with the machine. */
  readonly disabled: Set<string>;
  /** Daemons that end right after each start. */
  readonly broken: Set<string>;
  /** Virtual addresses on its own service interface. */
  readonly addresses: Set<string>;
  /** Addresses that its interface refuses to take or to give up. */
  readonly stuckAddresses: Set<string>;
  standby: Standby;
  /** What its hypervisor cannot do. */
  readonly hypervisorFaults: Set<'resume' | 'install' | 'hang' | 'remove-address'>;
  disk: { files: Map<string, string>; flag: boolean };
  /** What its full memory disk did not take; its agent writes it again. */
  readonly unwritten: Map<string, string>;
  /** On its disk, over power cuts. */
  copy: string | undefined;
  /** The configuration of its daemons, which they have read unless `unread`. */
  configuration: string;
  unread: boolean;
  /** Configurations with which no daemon starts on this machine: neither its own, nor in its standby. */
  readonly brokenConfigurations: Set<string>;
  /** Why its configuration cannot be captured. */
  captureFault: string | undefined;
  /** Installation procedure files on its disk, over power cuts: of each server the newest and the one before. */
  readonly procedures: Map<string, readonly SimulatedProcedure[]>;
}

/** A sealed file of a simulated world. */
export interface SimulatedProcedure {
  readonly stamp: ProcedureStamp;
  readonly configuration: string;
}

export interface Standby {
  state: 'absent' | 'suspended' | 'running';
  procedure: string | undefined;
  /** The configuration that its procedure brought. */
  configuration: string | undefined;
  readonly addresses: Set<string>;
}

export function newHost(configuration: RingConfiguration, start_ms: number, rate = 1): Host {
  return {
    ...newMachine(configuration.self, start_ms, rate),
    server: initialServerState(configuration),
    get state() {
      return this.server.ring;
    },
    shutdown_ms: 5000,
    goesDown: false,
    services: ringServer(configuration, configuration.self)?.services.map(({ daemon }) => daemon) ?? [],
    daemons: new Set(),
    disabled: new Set(),
    broken: new Set(),
    addresses: new Set(),
    stuckAddresses: new Set(),
    standby: newStandby('absent'),
    hypervisorFaults: new Set(),
    disk: { files: new Map(), flag: false },
    unwritten: new Map(),
    copy: undefined,
    configuration: 'as generated',
    unread: false,
    brokenConfigurations: new Set(),
    captureFault: undefined,
    procedures: new Map(),
  };
}

export function newStandby(state: Standby['state']): Standby {
  return { state, procedure: undefined, configuration: undefined, addresses: new Set() };
}

/** The management files on the memory disk, once all five are there. */
export function filesOnDisk({ disk }: Host): ManagementFiles | undefined {
  return filesIn(disk.files);
}

/** The management files among texts by name, where all are there. */
export function filesIn(files: ReadonlyMap<string, string>): ManagementFiles | undefined {
  const texts = MANAGEMENT_FILE_NAMES.flatMap((name) => {
    const text = files.get(name);
    return text === undefined ? [] : [[name, text] as const];
  });
  if (texts.length !== MANAGEMENT_FILE_NAMES.length) return undefined;
  const data = [...files].filter(([name]) => name.startsWith('data/')).map(([name, text]) => [name.slice('data/'.length), text]);
  return { ...(Object.fromEntries(texts) as Omit<ManagementFiles, 'data'>), data: Object.fromEntries(data) as ManagementFiles['data'] };
}

export function putOnDisk(host: Host, files: ManagementFiles): void {
  for (const name of MANAGEMENT_FILE_NAMES) host.disk.files.set(name, files[name]);
  for (const [name, text] of Object.entries(files.data)) host.disk.files.set(`data/${name}`, text);
}

export function isHost(machine: Machine): machine is Host {
  return 'server' in machine;
}

/** The machine boots: its memory disk is empty, its kernel knows of no lease, and its daemons start. */
export function switchOn(machine: Machine): void {
  machine.on = true;
  machine.boots += 1;
  machine.kernel.clear();
  machine.claims.clear();
  machine.inGuest.clear();
  if (!isHost(machine)) return;
  machine.disk = { files: new Map(), flag: false };
  machine.standby = newStandby('absent');
  machine.goesDown = false;
  for (const daemon of machine.services) {
    if (!machine.disabled.has(daemon) && canRun(machine, daemon)) machine.daemons.add(daemon);
  }
}

/** Neither the daemon nor its configuration is broken. */
export function canRun({ broken, brokenConfigurations, configuration }: Host, daemon: string): boolean {
  return !broken.has(daemon) && !brokenConfigurations.has(configuration);
}

export function switchOff(machine: Machine): void {
  endAgent(machine);
  machine.on = false;
  machine.frozen = false;
  if (!isHost(machine)) return;
  machine.daemons.clear();
  machine.addresses.clear();
  machine.standby = newStandby('absent');
}

export function endAgent(machine: Machine): void {
  machine.agentRuns = false;
  machine.starts += 1;
  machine.timers.clear();
  machine.busyUntil_ms = 0;
  machine.frozenEvents.length = 0;
  machine.frozenWork.length = 0;
  if (isHost(machine)) machine.unwritten.clear();
}

/** What the runtime tells a new agent about the machine. */
export function startedEvent(host: Host, found: Found): MachineHappening & { readonly kind: 'started' } {
  return {
    kind: 'started',
    boot_id: `boot-${host.name}-${String(host.boots)}`,
    incarnation: `${host.name}-${String(host.starts)}`,
    held_addresses: [...host.addresses],
    physical_memory_kb: 8_000_000,
    cpu_cores: 4,
    standby: host.standby.state,
    copy: host.copy,
    found,
  };
}
