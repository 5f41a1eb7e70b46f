import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { startRecoveryJob } from '../recovery/recovery-job.ts';
import { serviceOf } from '../ring/services-of.ts';
import { isMember } from '../sem/members.ts';
import type { AbnormalService } from './abnormal-service.ts';
import { dbssRequest } from './ask.ts';
import { startDbss } from './connection-selection.ts';
import { type DbssState, newVirtualServerWatch } from './dbss-state.ts';
import { newFailedHosts } from './failed-hosts.ts';
import { leaveLostHosts } from './host-loss.ts';
import { discardVirtualServer } from './host-requests.ts';
import { releaseTargetAddress, selectHostAnew } from './host-selection.ts';
import { problemOf } from './record-edits.ts';
import { firstLookFailed } from './virtual-server-monitoring.ts';

/**
 * Go on with a recovery that this server did before its agent was restarted, or that another one did: do the services answer at the virtual IP address of
 * a virtual server that the problem file knows? Where its host is out of the group there is nothing to look at.
 */
export function resumeRecovery(context: Context, target: string): void {
  const dbss = startDbss(context, target);
  const host = problemOf(context, target)?.host;
  context.log(logLines.recoveryResumed(dbss.name));
  dbss.serial = context.serial();
  dbss.held = false;
  dbss.priority = 1;
  dbss.problem = 'service';
  dbss.failedHosts = newFailedHosts();
  dbss.host = host !== undefined && isMember(context, host) ? host : undefined;
  dbss.virtualServerServes = false;
  dbss.resuming = dbss.host !== undefined;
  dbss.phase = 'selecting';
  startRecoveryJob(context, dbss, { begin: 'examine' });
  // While the target itself may answer at the address, the services say nothing about a virtual server.
  releaseTargetAddress(context, dbss);
  if (!dbss.resuming) selectHostAnew(context, dbss);
}

/** The target has no claim to the address any more: whoever answers there now is the virtual server. */
export function examineFunction(context: Context, dbss: DbssState): void {
  if (!dbss.resuming || !dbss.ownAddressReleased) return;
  const { configuration, files } = context.state;
  const data = dataOf(files, dbss.target);
  dbss.abnormalServices = [];
  dbss.outstanding = [];
  for (const daemon of data?.daemons ?? []) {
    const service = serviceOf(configuration, dbss.target, daemon);
    if (service === undefined || data === undefined || dbss.host === undefined) continue;
    dbss.outstanding.push(daemon);
    const request = dbssRequest(context, dbss, 'function', daemon);
    const timeout_ms = configuration.timing.service_examination_ms;
    context.emit({ kind: 'check-service', request, address: data.virtualIp, service, timeout_ms });
  }
  if (dbss.outstanding.length === 0) startOver(context, dbss);
}

/**
 * One look proves nothing against a virtual server that may hold what clients have handed over: where it does not serve, it is monitored as any other one, which looks at its
 * host, at its services again and at the shared storage before it is discarded.
 */
export function functionExamined(context: Context, dbss: DbssState, daemon: string, abnormality: AbnormalService | undefined): void {
  if (!dbss.resuming || !dbss.outstanding.includes(daemon)) return;
  dbss.outstanding = dbss.outstanding.filter((other) => other !== daemon);
  if (abnormality !== undefined) dbss.abnormalServices.push(abnormality);
  if (dbss.outstanding.length > 0) return;
  dbss.resuming = false;
  dbss.virtualServerServes = true;
  dbss.virtualServerWatch = newVirtualServerWatch();
  dbss.phase = 'waiting';
  // Its host may have left the group meanwhile.
  leaveLostHosts(context);
  if (dbss.abnormalServices.length > 0) firstLookFailed(context, dbss, dbss.abnormalServices);
}

/** There is no service to look at: what is left of a virtual server goes, and a host is selected (A5). */
function startOver(context: Context, dbss: DbssState): void {
  dbss.resuming = false;
  if (dbss.host !== undefined) discardVirtualServer(context, dbss, dbss.host);
  dbss.host = undefined;
  selectHostAnew(context, dbss);
}
