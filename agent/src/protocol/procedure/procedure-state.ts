import { emptyRecord } from '../empty-record.ts';
import type { ProcedureStamp } from './procedure-stamp.ts';

/** This server's configuration differs from what was captured last. */
export interface Drift {
  readonly digest: string;
  readonly differences: readonly string[];
  readonly unread: readonly string[];
  /** When it was first seen as it is now, on the monotonic clock. */
  readonly since_mono_ms: number;
  /** The round of internal monitoring that was the last one then. */
  readonly round: number;
}

/** What an agent knows of installation procedure files that servers captured (§3.1). */
export interface ProcedureState {
  /** The newest version of each server's file on this disk. */
  have: Record<string, ProcedureStamp>;
  /** Whether the disk has said what is on it. */
  listed: boolean;
  surveying: boolean;
  capturing: boolean;
  drift: Drift | undefined;
  /** Why the last capture failed, and when the next may be tried. */
  problem: string | undefined;
  retry_mono_ms: number;
  /** Remarks on the last capture, in words. */
  notices: string[];
  /** Operators who wait for the running capture. */
  tickets: string[];
  /** Newer versions that other servers have: one is fetched at a time. `tries`: how often that has failed. */
  wanted: Record<string, { readonly stamp: ProcedureStamp; readonly from: string; readonly tries: number }>;
  fetching: string | undefined;
  /** Files that are being read for other servers: by server, the calls that wait for it. */
  reads: Record<string, string[]>;
  /** How often this server has looked at its configuration. */
  surveys: number;
  /** By server, why its newest version was not taken. */
  troubles: Record<string, string>;
  /** By server, why its newest version, or none, was applied in the standby here when that was tried last. */
  unapplied: Record<string, string>;
}

export function newProcedureState(): ProcedureState {
  return {
    have: emptyRecord(),
    listed: false,
    surveying: false,
    capturing: false,
    drift: undefined,
    problem: undefined,
    retry_mono_ms: 0,
    notices: [],
    tickets: [],
    wanted: emptyRecord(),
    fetching: undefined,
    reads: emptyRecord(),
    surveys: 0,
    troubles: emptyRecord(),
    unapplied: emptyRecord(),
  };
}
