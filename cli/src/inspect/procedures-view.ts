import { isNewerStamp, type ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { ServerAnswer } from './merge-ring.ts';

/** The installation procedure files of a ring as `dbssctl procedure show --json` prints them. */
export interface ProceduresView {
  readonly cluster: string;
  readonly procedures: readonly ProcedureView[];
  /** What servers said went wrong with others' files. */
  readonly troubles: readonly { readonly on: string; readonly text: string }[];
}

export interface ProcedureView {
  readonly server: string;
  /** The newest version that anybody has; null while only the generated one is there, or nobody answers who could have a newer one. */
  readonly version: number | null;
  /** When it was captured (ISO 8601). */
  readonly captured: string | null;
  readonly bytes: number | null;
  /** Servers that have this version, and those that answer and have not. */
  readonly on: readonly string[];
  readonly missingOn: readonly string[];
  /** How the server's configuration differs from it now. */
  readonly differences: readonly string[];
  /** Daemons that have not read what was changed: it is not captured before. */
  readonly unread: readonly string[];
  /** Why its last capture failed. */
  readonly problem: string | null;
  /** Remarks on its last capture. */
  readonly notices: readonly string[];
  /** Why the server did not answer. */
  readonly unreachable: string | null;
}

/**
 * One picture of what the servers say of their own and of each other's files.
 *
 * @param servers names in ring order
 * @param answers by server name; a server without an entry counts as unreachable
 */
export function mergeProcedures(cluster: string, servers: readonly string[], answers: ReadonlyMap<string, ServerAnswer>): ProceduresView {
  const statuses = servers.flatMap((server) => {
    const answer = answers.get(server);
    return answer !== undefined && 'status' in answer ? [answer.status] : [];
  });
  const procedures = servers.map((server): ProcedureView => {
    const answer = answers.get(server) ?? { unreachable: 'it was not asked' };
    const own = 'status' in answer ? answer.status.procedures : undefined;
    const held = statuses.map((status) => ({ by: status.server, stamp: status.procedures?.have.find((one) => one.server === server) }));
    const newest = newestOf(held.flatMap(({ stamp }) => stamp ?? []));
    const has = (stamp: ProcedureStamp | undefined): boolean => stamp !== undefined && newest !== undefined && !isNewerStamp(newest, stamp);
    return {
      server,
      version: newest?.epoch ?? null,
      captured: newest === undefined ? null : new Date(newest.captured_unix_s * 1000).toISOString(),
      bytes: newest?.bytes ?? null,
      on: held.filter(({ stamp }) => has(stamp)).map(({ by }) => by),
      missingOn: newest === undefined ? [] : held.filter(({ stamp }) => !has(stamp)).map(({ by }) => by),
      differences: own?.differences ?? [],
      unread: own?.unread ?? [],
      problem: own?.problem ?? null,
      notices: own?.notices ?? [],
      unreachable: 'unreachable' in answer ? answer.unreachable : null,
    };
  });
  const troubles = statuses.flatMap(({ server, procedures: known }) => (known?.troubles ?? []).map((text) => ({ on: server, text })));
  return { cluster, procedures, troubles };
}

function newestOf(stamps: readonly ProcedureStamp[]): ProcedureStamp | undefined {
  return stamps.reduce<ProcedureStamp | undefined>((newest, stamp) => (isNewerStamp(stamp, newest) ? stamp : newest), undefined);
}
