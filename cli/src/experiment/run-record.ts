import type { Recovery } from '../inspect/recoveries.ts';
import type { AccessAttempt } from '../lab/client/access-log.ts';
import type { LabEvent } from '../lab/lab-events.ts';
import type { MachineLoad } from './machine-load.ts';
import type { RunConditions } from './run-conditions.ts';
import type { Problem } from './experiments.ts';
import type { RunIdentity } from './schedule.ts';

/**
 * What one run came to, as it lies in the record: one file a run, written once. Times are Unix times in milliseconds. What can be measured from the logs is not in
 * it (`measure-run.ts`): a measurement that is mended holds for kept runs, too.
 */
export type RunRecord = FailureRecord | CharacteristicsRecord;

interface RecordedRun extends RunIdentity {
  readonly format: 2;
  /** When the run began, ISO 8601. */
  readonly begun: string;
  /** From waiting for a normal ring to the next normal ring. */
  readonly duration_s: number;
  readonly conditions: RunConditions;
  /** What went wrong and no log tells, in words; the run counts all the same. */
  readonly troubles: readonly string[];
  /** Why the run measures nothing and was done again; null for a run that counts. */
  readonly void: string | null;
}

/** A run in which servers failed. */
export interface FailureRecord extends RecordedRun {
  readonly kind: 'failure';
  /** Where in the monitoring interval the failure was to be. */
  readonly planned_ms: number;
  readonly faults: readonly FaultDone[];
  /** Names of all servers of the ring. */
  readonly servers: readonly string[];
  /** What was done to the lab from just before the fault. */
  readonly events: readonly LabEvent[];
  /** System logs of all servers from just before the fault, without the seconds of waiting. */
  readonly log: readonly ServerLogLine[];
  /** The client access logs by server. */
  readonly access: Readonly<Record<string, readonly AccessAttempt[]>>;
  /** What else the machine did. */
  readonly load: readonly MachineLoad[];
}

/** A fault as it was done. */
export interface FaultDone {
  readonly server: string;
  readonly problem: Problem;
  /** When it was begun. */
  readonly at_ms: number;
  /** When no packet passed any more: the plug is out. Null where services are stopped. */
  readonly cut_ms: number | null;
  /** When it was done: services are down, or every process of the machine is gone. */
  readonly done_ms: number;
}

/** Recovery times of one server that failed, as §5.2 defines them; null for what never came. */
export interface MeasuredTarget {
  readonly server: string;
  readonly problem: Problem;
  /** What its manager's system log tells; null when it tells of no recovery. */
  readonly recovery: Recovery | null;
  /** Access disconnection time: first XX to the first OK after it. Null when no OK came, or no XX. */
  readonly disconnection_s: number | null;
  /** From the recovery of the server function in the system log to that OK: what the client's own work on the virtual server took, and when it came. */
  readonly firstAnswer_s: number | null;
  /**
   * All later disconnections that ended before the server had its address back, and those in which its function was recovered once more. Null when one did not end,
   * and the server was not returned.
   */
  readonly whileServed_s: number | null;
  /** The others, which ended afterwards or did not end: what the return cost. */
  readonly atReturn_s: number | null;
}

export interface ServerLogLine {
  readonly server: string;
  readonly time_ms: number;
  readonly text: string;
  readonly background: boolean;
}

/** A run that measured Table 1. A time is null when it never came, and not there when there was nothing to be timed. */
export interface CharacteristicsRecord extends RecordedRun {
  readonly kind: 'characteristics';
  readonly server: string;
  /** From power on until systemd has started everything and ssh answers. */
  readonly startTime_s?: number | null | undefined;
  /** From the order to reboot until the same. */
  readonly restartTime_s: number | null;
  /** From nothing: the domain of the standby is created and boots until its systemd has started everything. */
  readonly virtualServerStart_s: number | null;
  /** Names of all servers of the ring. */
  readonly servers: readonly string[];
  /** System logs of all servers from the failure until all was normal again, without the seconds of waiting. */
  readonly log: readonly ServerLogLine[];
  readonly examinations: readonly ServiceExamination[];
  readonly settings: Settings;
  readonly specifications: readonly Specification[];
}

/** Setting parameters of Table 1 that were in force, in seconds. */
export interface Settings {
  readonly interval_s: number;
  readonly networkExamination_s: number;
  readonly serviceExaminationLimit_s: number;
  readonly restartWait_s: number;
}

/** One row of Table 1's specifications: what the paper had, what is here. */
export interface Specification {
  readonly of: 'management server' | 'virtual server';
  readonly what: string;
  readonly paper: string;
  readonly here: string;
}

/** How long the examinations of one daemon took that found it normal. */
export interface ServiceExamination {
  readonly daemon: string;
  /** Servers that offer it. */
  readonly servers: readonly string[];
  /** `internal` of a server's own daemon, `external` of another server's (§4.1). */
  readonly monitoring: string;
  readonly number: number;
  readonly mean_s: number;
}
