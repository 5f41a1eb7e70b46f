import type { Context } from '../context.ts';
import type { AbnormalService } from '../dbss/abnormal-service.ts';
import { askServer, type AnswerOrReason, dbssRequest } from '../dbss/ask.ts';
import type { DbssState } from '../dbss/dbss-state.ts';
import { examineStorage } from '../dbss/shared-storage.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { parseGroup } from '../management-files/group.ts';
import { firstManagerOf } from '../method/managers.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { editorOf } from '../recovery/recoverer.ts';
import { serviceOf } from '../ring/services-of.ts';
import { newFirstManagerWatch } from './first-manager-watch.ts';

/** So many findings against the server with priority 1 and the one with priority 2 acts instead: one may be a lost packet. */
const DOUBTS_TO_ACT = 2;

/**
 * The management server with priority 2 (§2.3, Fig. 3). It monitors the target like the one with priority 1. When it detects trouble it does not recover the
 * target but looks whether the other one can: network, services, and whether its management program runs. Services that the shared storage keeps from serving say nothing about
 * it: they do so on all servers.
 */
export function examineFirstManager(context: Context, dbss: DbssState): void {
  const server = firstManagerNow(context, dbss.target);
  const data = server === undefined ? undefined : dataOf(context.state.files, server);
  if (server === undefined || server === context.self || data === undefined) return;
  const doubts = dbss.firstManager.server === server ? dbss.firstManager.doubts : 0;
  dbss.firstManager = { ...newFirstManagerWatch(), server, outstanding: ['network', 'state'], doubts };
  const { network_examination_ms, answer_ms } = context.state.configuration.timing;
  const request = dbssRequest(context, dbss, 'first-manager-network', server);
  context.emit({ kind: 'ping', request, address: data.realIp, timeout_ms: network_examination_ms });
  askServer(context, dbss, { to: server, message: { kind: 'state' }, asked: 'first-manager-state', timeout_ms: answer_ms });
}

/** Its network answered, or did not; where it did the services are examined. True when the examination is over. */
export function firstManagerNetworkExamined(context: Context, dbss: DbssState, server: string, reachable: boolean): boolean {
  const { firstManager } = dbss;
  if (firstManager.server !== server || !firstManager.outstanding.includes('network')) return false;
  firstManager.reachable = reachable;
  const data = dataOf(context.state.files, server);
  const { configuration } = context.state;
  for (const daemon of reachable ? (data?.daemons ?? []) : []) {
    const service = serviceOf(configuration, server, daemon);
    if (service === undefined || data === undefined) continue;
    firstManager.outstanding.push(daemon);
    const request = dbssRequest(context, dbss, 'first-manager-service', daemon);
    const timeout_ms = configuration.timing.service_examination_ms;
    context.emit({ kind: 'check-service', request, address: data.virtualIp, service, timeout_ms });
  }
  return partExamined(context, dbss, 'network');
}

export function firstManagerServiceExamined(
  context: Context,
  dbss: DbssState,
  daemon: string,
  abnormality: AbnormalService | undefined,
): boolean {
  if (!dbss.firstManager.outstanding.includes(daemon)) return false;
  if (abnormality !== undefined) dbss.firstManager.abnormalServices.push(abnormality);
  return partExamined(context, dbss, daemon);
}

/** The shared storage was looked at for its services. True when the examination is over. */
export function firstManagerStorageExamined(context: Context, dbss: DbssState, failure: string | undefined): boolean {
  const { firstManager } = dbss;
  if (!firstManager.outstanding.includes('storage')) return false;
  firstManager.outstanding = [];
  if (failure === undefined) firstManager.doubts += 1;
  // Its program runs and its network answers: what was found before does not hold any more.
  else firstManager.doubts = Math.min(firstManager.doubts, DOUBTS_TO_ACT - 1);
  if (failure !== undefined) context.log(logLines.storageInDoubt(dbss.name, failure));
  return true;
}

export function firstManagerStateKnown(context: Context, dbss: DbssState, server: string, answer: AnswerOrReason): boolean {
  const { firstManager } = dbss;
  if (firstManager.server !== server || !firstManager.outstanding.includes('state')) return false;
  if (typeof answer === 'string' || answer.kind !== 'state') firstManager.program = 'no answer';
  else firstManager.program = answer.executor === 'running' ? 'running' : 'not running';
  return partExamined(context, dbss, 'state');
}

/** Whether its examination is under way. */
export function isFirstManagerUndecided({ priority, firstManager }: DbssState): boolean {
  return priority === 2 && firstManager.outstanding.length > 0;
}

/** Whether what was found says that the server with priority 1 recovers nobody. */
export function isFirstManagerAbnormal({ firstManager }: DbssState): boolean {
  return firstManager.outstanding.length === 0 && firstManager.doubts >= DOUBTS_TO_ACT;
}

/** Who recovers the target, or would. */
export function firstManagerNow(context: Context, target: string): string | undefined {
  const { files, configuration } = context.state;
  const group = parseGroup(files?.group ?? '');
  const member = group.find(({ server }) => server === target);
  return member === undefined ? editorOf(context, target) : firstManagerOf(configuration, group, member);
}

function partExamined(context: Context, dbss: DbssState, part: string): boolean {
  const { firstManager } = dbss;
  firstManager.outstanding = firstManager.outstanding.filter((other) => other !== part);
  if (firstManager.outstanding.length > 0) return false;
  const { server, program, reachable, abnormalServices } = firstManager;
  // One that has no management program, or answers on neither network, recovers nobody, whatever else may be the matter with it.
  if (program === 'not running' || (program === 'no answer' && !reachable)) firstManager.doubts = DOUBTS_TO_ACT;
  else if (program === 'no answer') firstManager.doubts += hearsNobody(context) ? 0 : 1;
  else if (!reachable) firstManager.doubts += 1;
  else if (abnormalServices.length === 0) firstManager.doubts = 0;
  else if (examineStorage(context, dbss, 'first-manager-storage', abnormalServices, server)) {
    firstManager.outstanding = ['storage'];
    return false;
  } else firstManager.doubts += 1;
  return true;
}

/** To a server whose SEM cable is out nobody answers, and the one with priority 1 may be at work all the same. */
function hearsNobody(context: Context): boolean {
  const members = parseGroup(context.state.files?.group ?? '');
  return staleServers(context).size * 2 > members.length;
}
