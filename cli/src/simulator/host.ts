import type { Event } from '@dbss/agent/protocol/events.ts';
import { MANAGEMENT_FILE_NAMES, type ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { initialState, type NodeState } from '@dbss/agent/protocol/node-state.ts';
import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { ringServer } from '@dbss/agent/protocol/ring/services-of.ts';
import { HostClock } from './host-clock.ts';

/** An event before the world stamps it with the host's clocks. */
export type Happening = Event extends infer E ? (E extends Event ? Omit<E, 'now'> : never) : never;

/** The machine, its agent process and its hypervisor as the world knows them. */
export interface Host {
  readonly name: string;
  state: NodeState;
  on: boolean;
  /** How often it booted: what belongs to an earlier boot is gone. */
  boots: number;
  /** How often its agent started: timers and results of an earlier one are gone. */
  starts: number;
  agentRuns: boolean;
  frozen: boolean;
  /** What happened to the frozen agent; it sees it when it thaws. */
  readonly frozenEvents: Happening[];
  /** A broken machine stays off, whoever asks it to start. */
  starts_when_asked: boolean;
  /** From the order to restart to the machine's end. */
  shutdown_ms: number;
  serviceLink: boolean;
  semLink: boolean;
  readonly clock: HostClock;
  /** A slow machine: everything that its processes do takes so much longer. */
  slow_ms: number;
  /** Until when its slow agent works on what came before. */
  busyUntil_ms: number;
  /** A full disk: files are not written, the standby's disk cannot grow. */
  diskFull: boolean;
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
  readonly timers: Map<string, number>;
}

export interface Standby {
  state: 'absent' | 'suspended' | 'running';
  procedure: string | undefined;
  readonly addresses: Set<string>;
}

export function newHost(configuration: RingConfiguration, start_ms: number): Host {
  return {
    name: configuration.self,
    state: initialState(configuration),
    on: false,
    boots: 0,
    starts: 0,
    agentRuns: false,
    frozen: false,
    frozenEvents: [],
    starts_when_asked: true,
    shutdown_ms: 50,
    serviceLink: true,
    semLink: true,
    clock: new HostClock(start_ms),
    slow_ms: 0,
    busyUntil_ms: 0,
    diskFull: false,
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
    timers: new Map(),
  };
}

export function newStandby(state: Standby['state']): Standby {
  return { state, procedure: undefined, addresses: new Set() };
}

/** The management files on the memory disk, once all five are there. */
export function filesOnDisk(host: Host): ManagementFiles | undefined {
  const { files } = host.disk;
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

/** The machine boots: its memory disk is empty, and its daemons start. */
export function switchOn(host: Host): void {
  host.on = true;
  host.boots += 1;
  host.disk = { files: new Map(), flag: false };
  host.standby = newStandby('absent');
  for (const daemon of host.services) {
    if (!host.disabled.has(daemon) && !host.broken.has(daemon)) host.daemons.add(daemon);
  }
}

export function switchOff(host: Host): void {
  endAgent(host);
  host.on = false;
  host.frozen = false;
  host.daemons.clear();
  host.addresses.clear();
  host.standby = newStandby('absent');
}

export function endAgent(host: Host): void {
  host.agentRuns = false;
  host.starts += 1;
  host.timers.clear();
  host.busyUntil_ms = 0;
  host.frozenEvents.length = 0;
  host.unwritten.clear();
}

/** What the runtime tells a new agent about the machine. */
export function startedEvent(host: Host): Happening {
  return {
    kind: 'started',
    boot_id: `boot-${host.name}-${String(host.boots)}`,
    incarnation: `${host.name}-${String(host.starts)}`,
    held_addresses: [...host.addresses],
    physical_memory_kb: 8_000_000,
    cpu_cores: 4,
    standby: host.standby.state,
    copy: host.copy,
  };
}
