import type { DbssState } from './dbss/dbss-state.ts';
import { currentCapacity } from './load/load-measurement.ts';
import { parseGroup, type GroupRecord } from './management-files/group.ts';
import { dataOf } from './management-files/data-of.ts';
import { virtualServerName } from './management-files/problem.ts';
import type { NodeState } from './node-state.ts';
import { procedureStatusOf } from './procedure/procedure-status.ts';
import type { AgentStatus, DbssStatus } from './status.ts';

/** The state as `dbssctl ring show` reads it. */
export function statusOf(state: NodeState): AgentStatus {
  const { self, cluster } = state.configuration;
  return {
    server: self,
    cluster,
    executor: state.executor.phase,
    boot_id: state.machine?.boot_id ?? '',
    files: state.files,
    dbss: Object.values(state.dbss).map((dbss) => dbssStatus(dbss, parseGroup(state.files?.group ?? ''))),
    holds: heldAddresses(state),
    ...(state.ownAddress.problem === undefined ? {} : { ownAddressProblem: state.ownAddress.problem }),
    standby: { state: state.virtualServer.state, target: state.virtualServer.target },
    internal: { network: state.internal.network, services: state.internal.services },
    remaining: currentCapacity(state),
    procedures: procedureStatusOf(state),
  };
}

function dbssStatus(dbss: DbssState, members: readonly GroupRecord[]): DbssStatus {
  const { name, target, phase, priority, holdDown, job, virtualServerServes, storage, failedHosts } = dbss;
  const known = { name, target, phase, ...(storage.problem === undefined ? {} : { storageInDoubt: storage.problem }) };
  if (priority === 2) return { ...known, priority };
  if (phase !== 'waiting') return known;
  if (job?.phase === 'watching' && job.report === undefined && virtualServerServes) return { ...known, givenUp: true };
  // One that has left the group is not waited for.
  const failed = failedHosts.names.filter((host) => members.some(({ server }) => server === host));
  if (failedHosts.again !== undefined && failed.length > 0 && !virtualServerServes) {
    return { ...known, noHost: { failed, again_unix_ms: failedHosts.again.unix_ms } };
  }
  if (holdDown === undefined) return known;
  return { ...known, heldBack: { until_unix_ms: holdDown.until_unix_ms, returns: holdDown.returns } };
}

function heldAddresses(state: NodeState): { vip: string; by: string }[] {
  const { self } = state.configuration;
  const held: { vip: string; by: string }[] = [];
  const own = state.ownAddress.address;
  if (state.ownAddress.held && own !== undefined) held.push({ vip: own, by: self });
  const { target } = state.virtualServer;
  const vip = target === undefined ? undefined : dataOf(state.files, target)?.virtualIp;
  if (state.virtualServer.state === 'serving' && target !== undefined && vip !== undefined) {
    held.push({ vip, by: `${virtualServerName(target)}@${self}` });
  }
  return held;
}
