import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { formatGroupRecord, parseGroup } from '../management-files/group.ts';
import { dataOf } from '../management-files/data-of.ts';
import { formatProblemRecord, parseProblem } from '../management-files/problem.ts';
import { startRecoveryJob } from '../recovery/recovery-job.ts';
import type { Change } from '../sem/diff.ts';
import type { Answer, Request } from '../sem/messages.ts';
import { editManagementFiles } from '../sem/outbox.ts';
import type { DbssRequest } from '../purpose.ts';
import type { DbssState } from './dbss-state.ts';

/**
 * The foreground job looks for up.file or down.file (§2.1) as soon as the server function is recovered: up returns to normal (A6), down ends
 * this DBSS; the virtual server goes on serving, and the target is watched in case it comes back.
 */
export function jobReported(context: Context, dbss: DbssState): void {
  const report = dbss.job?.report;
  if (report === undefined || dbss.phase !== 'waiting') return;
  if (report === 'down.file') {
    context.cancelTimer(`create:${dbss.name}`);
    context.log(logLines.dbssTerminated(dbss.name, 'its target is not recovered'));
    Reflect.deleteProperty(context.state.dbss, dbss.name);
    return;
  }
  context.cancelTimer(`create:${dbss.name}`);
  dbss.phase = 'returning';
  const record = parseProblem(context.state.files?.problem ?? '').find((known) => known.target === dbss.target);
  dbss.host = record?.host ?? dbss.host;
  if (dbss.host === undefined) takeOwnAddress(context, dbss);
  else ask(context, dbss, dbss.host, { kind: 'release-virtual-address', target: dbss.target }, 'release-virtual-address');
}

/** The virtual server gave the address up. If its host does not answer, it is gone and so is the virtual server. */
export function virtualAddressReleased(context: Context, dbss: DbssState, outcome: Answer | string): void {
  if (dbss.phase !== 'returning') return;
  if (typeof outcome !== 'string' && outcome.kind === 'refused') {
    context.log(logLines.returnFailed(dbss.name, 'release of the virtual IP address', outcome.reason));
  }
  takeOwnAddress(context, dbss);
}

/** The target holds its address again: files back (A6), and to the target. */
export function ownAddressTaken(context: Context, dbss: DbssState, outcome: Answer | string): void {
  if (dbss.phase !== 'returning') return;
  const data = dataOf(context.state.files, dbss.target);
  if (typeof outcome === 'string' || outcome.kind !== 'done' || data === undefined) {
    returnFailed(context, dbss, 'setting of the virtual IP address on the target', outcome);
    return;
  }
  context.log(logLines.targetRecovered(dbss.name, data.virtualIp, dbss.target));
  restoreFiles(context, dbss.target);
  const { files } = context.state;
  if (files !== undefined) ask(context, dbss, dbss.target, { kind: 'install-files', files }, 'install-files');
}

export function filesInstalled(context: Context, dbss: DbssState, outcome: Answer | string): void {
  if (dbss.phase !== 'returning') return;
  if (typeof outcome === 'string' || outcome.kind !== 'done') {
    context.log(logLines.returnFailed(dbss.name, 'sending of the management files', reason(outcome)));
    backToMonitoring(context, dbss);
    return;
  }
  context.log(logLines.filesSent(dbss.name, dbss.target));
  ask(context, dbss, dbss.target, { kind: 'install-flag' }, 'install-flag');
}

export function flagInstalled(context: Context, dbss: DbssState, outcome: Answer | string): void {
  if (dbss.phase !== 'returning') return;
  if (typeof outcome === 'string' || outcome.kind !== 'done') {
    context.log(logLines.returnFailed(dbss.name, 'sending of the flag file', reason(outcome)));
  } else {
    context.log(logLines.flagSent(dbss.name, dbss.target));
  }
  backToMonitoring(context, dbss);
}

function takeOwnAddress(context: Context, dbss: DbssState): void {
  const data = dataOf(context.state.files, dbss.target);
  if (data !== undefined) ask(context, dbss, dbss.target, { kind: 'take-own-address', vip: data.virtualIp }, 'take-own-address');
}

/** The target could not take its address: the virtual server serves on, and the target is examined anew. */
function returnFailed(context: Context, dbss: DbssState, step: string, outcome: Answer | string): void {
  context.log(logLines.returnFailed(dbss.name, step, reason(outcome)));
  startRecoveryJob(context, dbss, 'restarting');
  if (dbss.host === undefined) {
    dbss.phase = 'waiting';
    return;
  }
  dbss.phase = 'addressing';
  ask(context, dbss, dbss.host, { kind: 'set-virtual-address', target: dbss.target }, 'set-address');
}

/** Back to normal monitoring; the virtual server is done, its host suspends the standby again. */
function backToMonitoring(context: Context, dbss: DbssState): void {
  if (dbss.host !== undefined) {
    ask(context, dbss, dbss.host, { kind: 'discard-virtual-server', target: dbss.target }, 'discard');
  }
  dbss.phase = 'monitoring';
  dbss.job = undefined;
  dbss.host = undefined;
  dbss.problem = undefined;
  dbss.virtualServerServes = false;
}

/** The problem record goes, the group record comes back from the separation file (§2.4). */
function restoreFiles(context: Context, target: string): void {
  const { files } = context.state;
  const separated = parseGroup(files?.separation ?? '').find((record) => record.server === target);
  const problem = parseProblem(files?.problem ?? '').find((record) => record.target === target);
  const changes: Change[] = [];
  if (problem !== undefined) changes.push({ file: 'problem', operation: 'Del', line: formatProblemRecord(problem) });
  if (separated !== undefined) {
    const line = formatGroupRecord(separated);
    changes.push({ file: 'separation', operation: 'Del', line }, { file: 'group', operation: 'Add', line });
  }
  if (changes.length > 0) editManagementFiles(context, changes);
}

function ask(context: Context, dbss: DbssState, to: string, message: Request, asked: DbssRequest): void {
  const { timing } = context.state.configuration;
  const timeout_ms = asked === 'set-address' ? timing.virtual_server_creation_ms : timing.answer_ms * 3;
  context.call(to, message, timeout_ms, { for: 'dbss', name: dbss.name, asked, subject: to });
}

function reason(outcome: Answer | string): string {
  if (typeof outcome === 'string') return outcome;
  return outcome.kind === 'refused' ? outcome.reason : outcome.kind;
}
