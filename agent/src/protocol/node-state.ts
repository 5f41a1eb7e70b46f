import { emptyRecord } from './empty-record.ts';
import type { Instant, RequestId } from './events.ts';
import type { DbssState } from './dbss/dbss-state.ts';
import { type MachineRestart, newMachineRestart } from './executor/machine-restart-state.ts';
import { newRestartState, type RestartState } from './executor/restart-state.ts';
import type { LoadSample } from './load/load-sample.ts';
import type { ManagementFiles } from './management-files/management-files.ts';
import { newProcedureState, type ProcedureState } from './procedure/procedure-state.ts';
import type { Purpose } from './purpose.ts';
import type { OwnAddressState } from './recovery/own-address-state.ts';
import type { TargetHistory } from './recovery/target-history.ts';
import { newVirtualServerState, type VirtualServerState } from './recovery/virtual-server-state.ts';
import type { RingConfiguration } from './ring/ring-configuration.ts';
import type { OutboxState } from './sem/outbox-state.ts';
import { newSemState, type SemState } from './sem/sem-state.ts';

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
    /** The files came from a manager that returns this server; its flag file is still to come. */
    awaitsFlag: boolean;
  };
  /**
   * Servers that say that this one is separated, servers outside the group that go on sending their heartbeats here (when the last came, and whether it
   * said that its sender has separated this server), and for how many
   * intervals either have been too many.
   */
  membership: { deniedBy: string[]; strangers: Record<string, { last_mono_ms: number; separated: boolean }>; intervals: number };
  files: ManagementFiles | undefined;
  sem: SemState;
  /** Unix time in ms at which the running interval began; multiples of the interval (Fig. 7(b)). */
  interval_started_unix_ms: number;
  ownAddress: OwnAddressState;
  virtualServer: VirtualServerState;
  dbss: Record<string, DbssState>;
  internal: InternalMonitoringState;
  /** Examinations that other servers asked for, by call. `unexamined`: why part of it could not be made. */
  examinationsForOthers: Record<string, { outstanding: number; normal: boolean; unexamined: string | undefined }>;
  load: LoadState;
  /** When, on this machine's monotonic clock, each server's last heartbeat came. */
  heartbeats: Record<string, number>;
  /** What is remembered about targets beyond one recovery. */
  histories: Record<string, TargetHistory>;
  /** More than half of the group looks dead: nothing is taken over. */
  massFailure: boolean;
  /** Examined servers whose heartbeat was missing at the beginning of this interval. */
  missingHeartbeats: string[];
  /** Servers without files that say that they are up: when they were first and last heard. */
  hellos: Record<string, { first_mono_ms: number; last_mono_ms: number; epoch: number | undefined }>;
  restart: RestartState;
  /** Whether this machine is about to go down. */
  machineRestart: MachineRestart;
  procedures: ProcedureState;
  outbox: OutboxState;
  pending: Record<RequestId, Purpose>;
  nextRequest: number;
  nextSerial: number;
}

export interface InternalMonitoringState {
  /** Names the running round. */
  round: number;
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
    executor: { phase: 'waiting-for-files', looked: false, awaitsFlag: false },
    membership: { deniedBy: [], strangers: emptyRecord(), intervals: 0 },
    files: undefined,
    sem: newSemState(),
    interval_started_unix_ms: 0,
    ownAddress: { held: false, wanted: false, address: undefined, problem: undefined },
    virtualServer: newVirtualServerState(),
    dbss: emptyRecord(),
    internal: { round: 0, network: undefined, services: emptyRecord(), outstanding: 0 },
    examinationsForOthers: emptyRecord(),
    load: { samples: [], average: undefined, previous: undefined },
    heartbeats: emptyRecord(),
    histories: emptyRecord(),
    massFailure: false,
    missingHeartbeats: [],
    hellos: emptyRecord(),
    restart: newRestartState(),
    machineRestart: newMachineRestart(),
    procedures: newProcedureState(),
    outbox: { queues: emptyRecord() },
    pending: emptyRecord(),
    nextRequest: 1,
    nextSerial: 1,
  };
}

export type { Instant };
