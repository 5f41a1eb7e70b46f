import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { parseGroup } from '../management-files/group.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import type { TimingProfile } from '../ring/ring-configuration.ts';
import { serviceOf } from '../ring/services-of.ts';
import { type AnswerOrReason, dbssRequest } from './ask.ts';
import { type AbnormalService, tellAbnormalServices } from './abnormal-service.ts';
import { acquireCapacities } from './capacity-acquisition.ts';
import type { DbssState, ProblemKind } from './dbss-state.ts';
import { newFailedHosts } from './failed-hosts.ts';
import { askSilentServers, silentServerAnswered } from './managers-between.ts';
import { dropPreparation } from './preparation.ts';
import { examineFirstManager } from '../p2p/first-manager-examination.ts';
import { newFirstManagerWatch } from '../p2p/first-manager-watch.ts';
import { askOpinions, opinionCame } from './second-opinion.ts';
import { demandOf, examineStorage } from './shared-storage.ts';

/** Stands in `outstanding` while the verdict waits for this server's own network and for the opinions of others. */
const VERDICT = 'verdict';

/** What an examination has come to: `abnormal` when the reexamination found a problem again. */
export type Verdict = 'unfinished' | 'normal' | 'detected' | 'abnormal';

/** Begin the external monitoring of an interval (§4.1, Fig. 12). */
export function monitorTarget(context: Context, dbss: DbssState, data: ManagementData): void {
  dbss.examinedAgain = false;
  beginExamination(context, dbss, data);
}

/**
 * A server that stood still, its processor or its whole machine, hears what its examinations came to when it goes on. The target may have come right meanwhile:
 * what was found is too old to act on, and the target is examined once more. Once: a server that is always late is late the second time as well.
 * @returns whether it is examined again
 */
export function examineIfLate(context: Context, dbss: DbssState, data: ManagementData): boolean {
  const age_ms = sinceExamination_ms(context, dbss);
  if (dbss.examinedAgain || age_ms <= verdictLimit_ms(context.state.configuration.timing)) return false;
  context.log(logLines.verdictTooOld(dbss.name, age_ms));
  dbss.examinedAgain = true;
  dbss.problem = undefined;
  beginExamination(context, dbss, data);
  return true;
}

function sinceExamination_ms({ now }: Context, dbss: DbssState): number {
  return now.mono_ms - (dbss.examination_mono_ms ?? now.mono_ms);
}

/** A reexamination's network and services, the pause before it, and the answers of the servers that are asked meanwhile. */
function verdictLimit_ms({ network_examination_ms, service_examination_ms, poll_ms, answer_ms }: TimingProfile): number {
  return network_examination_ms + service_examination_ms + poll_ms + answer_ms;
}

function beginExamination(context: Context, dbss: DbssState, data: ManagementData): void {
  dbss.serial = context.serial();
  examineTarget(context, dbss, data, 'examining');
}

/** The network by the real IP address first, then each service by the virtual IP address, which is what clients use. */
function examineTarget(context: Context, dbss: DbssState, data: ManagementData, phase: 'examining' | 'reexamining'): void {
  dbss.phase = phase;
  dbss.examination_mono_ms = context.now.mono_ms;
  dbss.abnormalServices = [];
  dbss.outstanding = ['network'];
  const timeout_ms = context.state.configuration.timing.network_examination_ms;
  context.emit({ kind: 'ping', request: dbssRequest(context, dbss, 'network', phase), address: data.realIp, timeout_ms });
}

export function networkExamined(context: Context, dbss: DbssState, data: ManagementData, reachable: boolean): Verdict {
  dbss.outstanding = [];
  if (!reachable) {
    if (dbss.phase === 'examining') return detected(context, dbss, data, 'network');
    return judge(context, dbss, 'network');
  }
  const { configuration } = context.state;
  for (const daemon of data.daemons) {
    const service = serviceOf(configuration, dbss.target, daemon);
    if (service === undefined) continue;
    dbss.outstanding.push(daemon);
    const request = dbssRequest(context, dbss, 'service', daemon);
    const timeout_ms = configuration.timing.service_examination_ms;
    context.emit({ kind: 'check-service', request, address: data.virtualIp, service, timeout_ms });
  }
  return dbss.outstanding.length === 0 ? examinedNormal(context, dbss) : 'unfinished';
}

export function serviceExamined(
  context: Context,
  dbss: DbssState,
  data: ManagementData,
  daemon: string,
  abnormality: AbnormalService | undefined,
): Verdict {
  dbss.outstanding = dbss.outstanding.filter((other) => other !== daemon);
  if (abnormality !== undefined) dbss.abnormalServices.push(abnormality);
  if (dbss.outstanding.length > 0) return 'unfinished';
  if (dbss.abnormalServices.length === 0) return examinedNormal(context, dbss);
  return dbss.phase === 'examining' ? detected(context, dbss, data, 'service') : judge(context, dbss, 'service');
}

/** One examination of this server's own network has ended; one answer is enough to trust it. */
export function ownNetworkExamined(context: Context, dbss: DbssState, reachable: boolean): Verdict {
  dbss.ownNetwork.outstanding -= 1;
  dbss.ownNetwork.answers ||= reachable;
  return judgeIfExamined(context, dbss);
}

/** Whether the shared storage answers here. */
export function storageExamined(context: Context, dbss: DbssState, subject: string, failure: string | undefined): Verdict {
  if (subject !== dbss.storage.demand) return 'unfinished';
  dbss.storage.outstanding = false;
  dbss.storage.problem = failure;
  return judgeIfExamined(context, dbss);
}

/** What the target looks like from another server, or from itself. */
export function opinionHeard(context: Context, dbss: DbssState, server: string, answer: AnswerOrReason): Verdict {
  opinionCame(dbss, server, answer);
  return judgeIfExamined(context, dbss);
}

/** Whether a server whose heartbeat is missing runs its management program. */
export function managerHeard(context: Context, dbss: DbssState, server: string, answer: AnswerOrReason): Verdict {
  silentServerAnswered(dbss, server, answer);
  return judgeIfExamined(context, dbss);
}

function judgeIfExamined(context: Context, dbss: DbssState): Verdict {
  if (!dbss.outstanding.includes(VERDICT) || dbss.problem === undefined) return 'unfinished';
  return judge(context, dbss, dbss.problem);
}

/** First finding: acquire the predicted loads (A3) and look at the own network while the target is examined again. */
function detected(context: Context, dbss: DbssState, data: ManagementData, problem: ProblemKind): Verdict {
  const duration_ms = sinceExamination_ms(context, dbss);
  dbss.problem = problem;
  context.log(
    problem === 'network'
      ? logLines.networkProblemDetected(dbss.name, duration_ms)
      : logLines.serviceProblemDetected(dbss.name, duration_ms, tellAbnormalServices(dbss.abnormalServices)),
  );
  dbss.failedHosts = newFailedHosts();
  acquireCapacities(context, dbss);
  if (problem === 'network') startReexamination(context, dbss, data);
  else reexamineAfterPause(context, dbss);
  if (problem === 'service') examineStorageOnce(context, dbss);
  examineOwnNetwork(context, dbss);
  if (dbss.priority === 2) examineFirstManager(context, dbss);
  return 'detected';
}

/**
 * A network examination takes its whole time before it fails; a service that is just being restarted refuses at once, and an operator who restarts a
 * daemon must not start a recovery. The reexamination of a service comes a poll time later.
 */
function reexamineAfterPause(context: Context, dbss: DbssState): void {
  dbss.phase = 'reexamining';
  dbss.outstanding = [];
  context.setTimer(`reexamine:${dbss.name}`, context.state.configuration.timing.poll_ms);
}

/** The `reexamine:<name>` timer. */
export function reexamine(context: Context, dbss: DbssState, data: ManagementData): void {
  if (dbss.phase === 'reexamining' && dbss.outstanding.length === 0 && !dbss.held) startReexamination(context, dbss, data);
}

function startReexamination(context: Context, dbss: DbssState, data: ManagementData): void {
  examineTarget(context, dbss, data, 'reexamining');
  askSilentServers(context, dbss);
  if (dbss.problem !== undefined) askOpinions(context, dbss, dbss.problem);
}

/** Does anybody answer on the service network: the default gateway, or another server of the group? */
function examineOwnNetwork(context: Context, dbss: DbssState): void {
  const { files, configuration } = context.state;
  const others = parseGroup(files?.group ?? '')
    .filter((record) => record.server !== context.self && record.server !== dbss.target)
    .flatMap((record) => dataOf(files, record.server)?.realIp ?? []);
  const addresses = [configuration.gateway, ...others];
  dbss.ownNetwork = { outstanding: addresses.length, answers: false };
  for (const address of addresses) {
    const timeout_ms = configuration.timing.network_examination_ms;
    context.emit({ kind: 'ping', request: dbssRequest(context, dbss, 'own-network', address), address, timeout_ms });
  }
}

/** Once in each examination of the target for what is abnormal: that may have been found by the first look or only by the second. */
function examineStorageOnce(context: Context, dbss: DbssState): void {
  const demand = demandOf(context.state.configuration, dbss.target, dbss.abnormalServices);
  if (dbss.storage.serial === dbss.serial && dbss.storage.demand === demand) return;
  dbss.storage.serial = dbss.serial;
  dbss.storage.demand = demand;
  dbss.storage.outstanding = examineStorage(context, dbss, 'storage', dbss.abnormalServices);
}

/**
 * Both examinations found a problem. It is the target's when neither this server's own network nor the shared storage is in doubt, and nobody else finds the
 * target normal.
 */
function judge(context: Context, dbss: DbssState, problem: ProblemKind): Verdict {
  dbss.outstanding = [VERDICT];
  dbss.problem = problem;
  if (problem === 'service') examineStorageOnce(context, dbss);
  const { ownNetwork, opinions, storage } = dbss;
  if (opinions.normalFor !== undefined) {
    context.log(logLines.otherOpinion(dbss.name, opinions.normalFor));
    backToMonitoring(context, dbss);
    return 'normal';
  }
  if (problem === 'network' && !ownNetwork.answers && ownNetwork.outstanding === 0) {
    context.log(logLines.ownNetworkInDoubt(dbss.name));
    backToMonitoring(context, dbss);
    return 'normal';
  }
  if (problem === 'service' && !storage.outstanding && storage.problem !== undefined) {
    context.log(logLines.storageInDoubt(dbss.name, storage.problem));
    backToMonitoring(context, dbss);
    return 'normal';
  }
  const inDoubt = problem === 'network' ? !ownNetwork.answers : storage.outstanding;
  const waits = opinions.outstanding.length > 0 || dbss.managers.outstanding.length > 0 || inDoubt;
  return waits ? 'unfinished' : abnormal(context, dbss, problem);
}

function abnormal(context: Context, dbss: DbssState, problem: ProblemKind): Verdict {
  dbss.outstanding = [];
  dbss.problem = problem;
  context.log(problem === 'network' ? logLines.networkProblemReexamined(dbss.name) : logLines.serviceProblemReexamined(dbss.name));
  return 'abnormal';
}

function examinedNormal(context: Context, dbss: DbssState): Verdict {
  if (dbss.phase === 'reexamining') context.log(logLines.normalByReexamination(dbss.name));
  dbss.failedReturns = 0;
  dbss.storage.problem = undefined;
  dbss.firstManager = newFirstManagerWatch();
  backToMonitoring(context, dbss);
  return 'normal';
}

function backToMonitoring(context: Context, dbss: DbssState): void {
  dropPreparation(context, dbss);
  dbss.phase = 'monitoring';
  dbss.problem = undefined;
  dbss.outstanding = [];
}
