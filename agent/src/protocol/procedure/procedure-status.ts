import type { NodeState } from '../node-state.ts';
import type { ProcedureStamp } from './procedure-stamp.ts';

/** Installation procedure files as one server knows them. */
export interface ProcedureStatus {
  /** Whether the disk has said what is on it. */
  readonly listed: boolean;
  /** The newest version of each server's file on this server's disk. */
  readonly have: readonly ProcedureStamp[];
  /** How this server's own configuration differs from its last capture: paths, and daemons that have not read them; empty when it does not. */
  readonly differences: readonly string[];
  readonly unread: readonly string[];
  /** Why its last capture failed. */
  readonly problem?: string;
  /** Remarks on its last capture. */
  readonly notices: readonly string[];
  /** What went wrong here with other servers' files, in words. */
  readonly troubles: readonly string[];
}

export function procedureStatusOf({ procedures }: NodeState): ProcedureStatus {
  const { have, drift, problem, notices, troubles, unapplied } = procedures;
  return {
    listed: procedures.listed,
    have: Object.values(have),
    differences: drift?.differences ?? [],
    unread: drift?.unread ?? [],
    ...(problem === undefined ? {} : { problem }),
    notices,
    troubles: [troubles, unapplied].flatMap((told) => Object.values(told)),
  };
}
