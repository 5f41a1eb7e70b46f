import type { Context } from '../context.ts';
import { rankCandidates, selectionValue } from '../load/selection.ts';
import { logLines } from '../log-lines.ts';
import { formatGroupRecord, parseGroup } from '../management-files/group.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import { formatProblemRecord, parseProblem, virtualServerName } from '../management-files/problem.ts';
import { startRecoveryJob } from '../recovery/recovery-job.ts';
import type { Change } from '../sem/diff.ts';
import type { Answer } from '../sem/messages.ts';
import { editManagementFiles } from '../sem/outbox.ts';
import { acquireCapacities } from './capacity-acquisition.ts';
import { startDbssOfOperationFile } from './connection-selection.ts';
import type { DbssState } from './dbss-state.ts';
import { jobReported } from './return-to-normal.ts';

/**
 * The reexamination found the target abnormal: edit the management files (A4), manage the target's target, recover the target by a
 * background job, and decide which server creates the virtual server (A5) (§4.2, §4.3).
 */
export function startRecovery(context: Context, dbss: DbssState, data: ManagementData): void {
  separate(context, dbss.target);
  startDbssOfOperationFile(context);
  dbss.ownAddressReleased = false;
  dbss.virtualServerServes = false;
  dbss.creationFinished = false;
  context.call(dbss.target, { kind: 'release-own-address' }, context.state.configuration.timing.answer_ms, {
    for: 'dbss',
    name: dbss.name,
    asked: 'release-own-address',
    subject: '',
  });
  startRecoveryJob(context, dbss, 'restarting');
  dbss.phase = 'selecting';
  if (dbss.loadOutstanding.length === 0) selectHost(context, dbss, data);
}

/** A5, when all capacities are known or late: the server with the largest selection value creates the virtual server (§3.3). */
export function selectHost(context: Context, dbss: DbssState, data: ManagementData): void {
  const { configuration } = context.state;
  const weights = configuration.weights[data.type];
  const usable = dbss.candidates.filter((candidate) => !dbss.failedHosts.includes(candidate.server));
  const [best] = rankCandidates(usable, weights);
  if (best === undefined) {
    context.log(logLines.noHost(dbss.name));
    dbss.failedHosts = [];
    dbss.host = undefined;
    dbss.creationFinished = true;
    dbss.phase = 'waiting';
    context.setTimer(`create:${dbss.name}`, configuration.timing.interval_ms);
    jobReported(context, dbss);
    return;
  }
  const virtualServer = virtualServerName(dbss.target);
  dbss.host = best.server;
  dbss.creationFinished = false;
  dbss.phase = 'creating';
  context.log(logLines.creationStarted(dbss.name, virtualServer, best.server, selectionValue(best, weights)));
  context.call(best.server, { kind: 'create-virtual-server', target: dbss.target }, configuration.timing.virtual_server_creation_ms, {
    for: 'dbss',
    name: dbss.name,
    asked: 'create',
    subject: best.server,
  });
  recordProblem(context, dbss.target, best.server);
}

/** The interval after a recovery without a host: look for one again, unless the target has returned meanwhile. */
export function retryCreation(context: Context, dbss: DbssState): void {
  if (dbss.phase !== 'waiting' || dbss.virtualServerServes) return;
  dbss.phase = 'selecting';
  acquireCapacities(context, dbss);
}

export function creationSettled(context: Context, dbss: DbssState, host: string, outcome: Answer | string): void {
  if (dbss.phase !== 'creating' || dbss.host !== host) return;
  const virtualServer = virtualServerName(dbss.target);
  if (typeof outcome !== 'string' && outcome.kind === 'created') {
    const { resume_ms, installation_ms } = outcome.times;
    context.log(logLines.creationCompleted(dbss.name, virtualServer, host, resume_ms, installation_ms));
    dbss.phase = 'addressing';
    setAddressWhenFree(context, dbss);
    return;
  }
  hostFailed(context, dbss, host, reasonOf(outcome));
}

/** The target gave its address up, or does not answer: the virtual server may have it. */
export function ownAddressReleaseSettled(context: Context, dbss: DbssState): void {
  dbss.ownAddressReleased = true;
  setAddressWhenFree(context, dbss);
}

export function addressSettled(context: Context, dbss: DbssState, data: ManagementData, outcome: Answer | string): void {
  if (dbss.phase !== 'addressing' || dbss.host === undefined) return;
  if (typeof outcome !== 'string' && outcome.kind === 'address-set') {
    context.log(logLines.functionRecovered(dbss.name, virtualServerName(dbss.target), dbss.host, data.virtualIp));
    dbss.virtualServerServes = true;
    dbss.creationFinished = true;
    dbss.phase = 'waiting';
    jobReported(context, dbss);
    return;
  }
  hostFailed(context, dbss, dbss.host, reasonOf(outcome));
}

function setAddressWhenFree(context: Context, dbss: DbssState): void {
  if (dbss.phase !== 'addressing' || !dbss.ownAddressReleased || dbss.host === undefined) return;
  const timeout_ms = context.state.configuration.timing.virtual_server_creation_ms;
  const message = { kind: 'set-virtual-address', target: dbss.target } as const;
  context.call(dbss.host, message, timeout_ms, { for: 'dbss', name: dbss.name, asked: 'set-address', subject: dbss.host });
}

/** A host that could not do it is left out; the next best tries. */
function hostFailed(context: Context, dbss: DbssState, host: string, reason: string): void {
  context.log(logLines.creationFailed(dbss.name, virtualServerName(dbss.target), host, reason));
  const message = { kind: 'discard-virtual-server', target: dbss.target } as const;
  context.call(host, message, context.state.configuration.timing.answer_ms, { for: 'nothing' });
  dbss.failedHosts.push(host);
  dbss.host = undefined;
  dbss.phase = 'selecting';
  const data = dataOf(context.state.files, dbss.target);
  if (data !== undefined && dbss.loadOutstanding.length === 0) selectHost(context, dbss, data);
}

/** Move the target's record from the group file to the separation file (§2.4). */
function separate(context: Context, target: string): void {
  const record = parseGroup(context.state.files?.group ?? '').find((known) => known.server === target);
  if (record === undefined) return;
  const line = formatGroupRecord(record);
  editManagementFiles(context, [
    { file: 'group', operation: 'Del', line },
    { file: 'separation', operation: 'Add', line },
  ]);
}

/** Note in the problem file where the virtual server runs (§2.4). */
function recordProblem(context: Context, target: string, host: string): void {
  const line = formatProblemRecord({ virtualServer: virtualServerName(target), target, host });
  const known = parseProblem(context.state.files?.problem ?? '').find((record) => record.target === target);
  const change: Change =
    known === undefined
      ? { file: 'problem', operation: 'Add', line }
      : { file: 'problem', operation: 'Mod', before: formatProblemRecord(known), after: line };
  editManagementFiles(context, [change]);
}

function reasonOf(outcome: Answer | string): string {
  if (typeof outcome === 'string') return outcome;
  return outcome.kind === 'refused' ? outcome.reason : `unexpected answer ${outcome.kind}`;
}
