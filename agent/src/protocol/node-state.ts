import type { Instant, RequestId } from './events.ts';
import type { DbssState } from './dbss/dbss-state.ts';
import type { LoadSample } from './load/load-sample.ts';
import type { ManagementFiles } from './management-files/management-files.ts';
import type { Purpose } from './purpose.ts';
import type { VirtualServerState } from './recovery/virtual-server-state.ts';
import type { RingConfiguration } from './ring/ring-configuration.ts';
import type { OutboxState } from './sem/outbox.ts';

/** Phases of the executor system (Fig. 7(a)). */
export type ExecutorPhase = 'waiting-for-files' | 'waiting-for-flag' | 'running';

/** What the runtime tells once about the machine. */
export interface MachineFacts {
  boot_id: string;
  incarnation: string;
  physical_memory_kb: number;
  cpu_cores: number;
}

/** Everything one server's agent knows. A plain value: the same events in the same order give the same state. */
export interface NodeState {
  readonly configuration: RingConfiguration;
  machine: MachineFacts | undefined;
  executor: {
    phase: ExecutorPhase;
    /** Whether the memory disk has been looked at since the start: files found at the first look were there before this agent. */
    looked: boolean;
  };
  files: ManagementFiles | undefined;
  /** Unix time in ms at which the running interval began; multiples of the interval (Fig. 7(b)). */
  interval_started_unix_ms: number;
  ownAddress: { held: boolean };
  virtualServer: VirtualServerState;
  dbss: Record<string, DbssState>;
  internal: InternalMonitoringState;
  load: LoadState;
  /** When, on this machine's monotonic clock, each server's heartbeat was last seen to change. */
  heartbeats: Record<string, { unix_s: number; seen_mono_ms: number }>;
  /** Separated servers that say that they are up: when they were first and last heard. */
  hellos: Record<string, { first_mono_ms: number; last_mono_ms: number }>;
  outbox: OutboxState;
  /** Last edit taken from each editor's incarnation. */
  taken: Record<string, number>;
  pending: Record<RequestId, Purpose>;
  nextRequest: number;
}

export interface InternalMonitoringState {
  network: boolean | undefined;
  services: Record<string, boolean>;
  /** Examinations of the running round that have not answered yet. */
  outstanding: number;
}

export interface LoadState {
  samples: LoadSample[];
  /** Averages of the last two steps (§3.3). */
  average: LoadSample | undefined;
  previous: LoadSample | undefined;
}

export function initialState(configuration: RingConfiguration): NodeState {
  return {
    configuration,
    machine: undefined,
    executor: { phase: 'waiting-for-files', looked: false },
    files: undefined,
    interval_started_unix_ms: 0,
    ownAddress: { held: false },
    virtualServer: { state: 'absent', target: undefined, call: undefined, resume_ms: 0 },
    dbss: {},
    internal: { network: undefined, services: {}, outstanding: 0 },
    load: { samples: [], average: undefined, previous: undefined },
    heartbeats: {},
    hellos: {},
    outbox: { nextSequence: 1, queues: {} },
    taken: {},
    pending: {},
    nextRequest: 1,
  };
}

export type { Instant };
