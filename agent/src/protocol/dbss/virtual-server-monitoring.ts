import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import { virtualServerName } from '../management-files/problem.ts';
import { serviceOf } from '../ring/services-of.ts';
import { type AbnormalService, tellAbnormalServices } from './abnormal-service.ts';
import { dbssRequest } from './ask.ts';
import { type DbssState, newVirtualServerWatch } from './dbss-state.ts';
import { newFailedHosts } from './failed-hosts.ts';
import { leaveHost } from './host-loss.ts';
import { discardVirtualServer } from './host-requests.ts';
import { examineStorage } from './shared-storage.ts';

/**
 * A virtual server is a monitored target too: the paper leaves S2b unmanaged because it serves only while S2 is repaired (§4.2), but a repair may take
 * days. In each interval the manager examines the services at the virtual IP address. When they fail while the host answers pings, so that neither
 * this server's network nor the host is to blame, and fail again a poll time later, although the shared storage answers, the virtual server is discarded and created on another host.
 * A host that does not answer is its own manager's matter.
 */
export function monitorVirtualServers(context: Context): void {
  for (const dbss of Object.values(context.state.dbss)) {
    if (!isWatched(dbss)) continue;
    const { stage } = dbss.virtualServerWatch;
    if (stage === 'idle') examine(context, dbss, 'examining');
  }
}

/** The services of a virtual server that serves, as far as is known, were found abnormal once: go on from there. */
export function firstLookFailed(context: Context, dbss: DbssState, abnormalServices: readonly AbnormalService[]): void {
  if (!isWatched(dbss) || dbss.host === undefined) return;
  dbss.virtualServerWatch = { stage: 'examining', outstanding: [], abnormalServices: [...abnormalServices] };
  examineHost(context, dbss, dbss.host);
}

export function virtualServerExamined(context: Context, dbss: DbssState, daemon: string, abnormality: AbnormalService | undefined): void {
  const watch = dbss.virtualServerWatch;
  if (!watch.outstanding.includes(daemon)) return;
  watch.outstanding = watch.outstanding.filter((other) => other !== daemon);
  if (abnormality !== undefined) watch.abnormalServices.push(abnormality);
  if (watch.outstanding.length > 0) return;
  if (!isWatched(dbss) || dbss.host === undefined) {
    stopWatch(dbss);
    return;
  }
  if (watch.abnormalServices.length === 0) {
    stopWatch(dbss);
    foundNormal(dbss);
    return;
  }
  if (watch.stage === 'examining') examineHost(context, dbss, dbss.host);
  else if (examineStorage(context, dbss, 'virtual-server-storage', watch.abnormalServices)) watch.stage = 'storage';
  else discardAbnormal(context, dbss, dbss.host);
}

/** What was wrong on other hosts, or with the storage, is over. */
function foundNormal(dbss: DbssState): void {
  dbss.failedHosts = newFailedHosts();
  dbss.storage.problem = undefined;
}

/** A virtual server on another host would have the same storage. */
export function virtualServerStorageExamined(context: Context, dbss: DbssState, failure: string | undefined): void {
  if (dbss.virtualServerWatch.stage !== 'storage') return;
  dbss.storage.problem = failure;
  if (!isWatched(dbss) || dbss.host === undefined || failure !== undefined) {
    if (failure !== undefined) context.log(logLines.storageInDoubt(dbss.name, failure));
    stopWatch(dbss);
    return;
  }
  discardAbnormal(context, dbss, dbss.host);
}

export function virtualServerHostExamined(context: Context, dbss: DbssState, reachable: boolean): void {
  if (dbss.virtualServerWatch.stage !== 'host') return;
  if (reachable && isWatched(dbss)) context.setTimer(`virtual-server:${dbss.name}`, context.state.configuration.timing.poll_ms);
  else stopWatch(dbss);
}

/** The `virtual-server:<name>` timer. */
export function reexamineVirtualServer(context: Context, dbss: DbssState): void {
  if (dbss.virtualServerWatch.stage !== 'host') return;
  if (isWatched(dbss)) examine(context, dbss, 'reexamining');
  else stopWatch(dbss);
}

function isWatched(dbss: DbssState): boolean {
  return dbss.phase === 'waiting' && dbss.virtualServerServes && dbss.host !== undefined;
}

function stopWatch(dbss: DbssState): void {
  dbss.virtualServerWatch = newVirtualServerWatch();
}

function examine(context: Context, dbss: DbssState, stage: 'examining' | 'reexamining'): void {
  const { configuration, files } = context.state;
  const data: ManagementData | undefined = dataOf(files, dbss.target);
  if (data === undefined) return;
  const services = data.daemons.flatMap((daemon) => serviceOf(configuration, dbss.target, daemon) ?? []);
  dbss.virtualServerWatch = { stage, outstanding: services.map(({ daemon }) => daemon), abnormalServices: [] };
  for (const service of services) {
    const request = dbssRequest(context, dbss, 'virtual-server', service.daemon);
    const timeout_ms = configuration.timing.service_examination_ms;
    context.emit({ kind: 'check-service', request, address: data.virtualIp, service, timeout_ms });
  }
}

function examineHost(context: Context, dbss: DbssState, host: string): void {
  dbss.virtualServerWatch.stage = 'host';
  const address = dataOf(context.state.files, host)?.realIp;
  if (address === undefined) {
    stopWatch(dbss);
    return;
  }
  const request = dbssRequest(context, dbss, 'virtual-server-host', host);
  context.emit({ kind: 'ping', request, address, timeout_ms: context.state.configuration.timing.network_examination_ms });
}

function discardAbnormal(context: Context, dbss: DbssState, host: string): void {
  const services = tellAbnormalServices(dbss.virtualServerWatch.abnormalServices);
  context.log(logLines.virtualServerAbnormal(dbss.name, virtualServerName(dbss.target), host, services));
  stopWatch(dbss);
  discardVirtualServer(context, dbss, host);
  // It could be created. Without a quorum it may be a target that cannot be asked, and is ill, that answers in its place: no reason to wait for long.
  dbss.failedHosts = { ...newFailedHosts(), names: [host] };
  leaveHost(context, dbss);
}
