import { emptyRecord } from '../empty-record.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';
import type { LocalCopy } from '../sem/copied-files.ts';

/** A ring that lost its power starts again from the copies on its servers' disks (decision 0322). */
export interface RestartState {
  /** What lay on this server's disk when its agent started. */
  copy: LocalCopy | undefined;
  /** When, on the monotonic clock, another server last said that it has files: then nothing is started from copies. */
  hasFiles: Record<string, number>;
  /** Since when this server has waited with a copy and no majority of its group. */
  waits_since_mono_ms: number | undefined;
  /** Since when a majority of the copy's group has been heard. */
  since_mono_ms: number | undefined;
  /** Servers that were sent the files and have not answered, and those that have their address. */
  outstanding: string[];
  ready: string[];
  /** Files that came while this server looks whether anybody has its address. */
  offered: { readonly call: string; readonly files: ManagementFiles; readonly versions: string } | undefined;
  /** What the log last said that this server waits for. */
  told: string | undefined;
}

export function newRestartState(): RestartState {
  return {
    copy: undefined,
    hasFiles: emptyRecord(),
    waits_since_mono_ms: undefined,
    since_mono_ms: undefined,
    outstanding: [],
    ready: [],
    offered: undefined,
    told: undefined,
  };
}
