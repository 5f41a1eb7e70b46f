import type { Context } from '../context.ts';
import type { DbssState } from '../dbss/dbss-state.ts';
import type { Outcome } from '../events.ts';
import { isAboutToRestart } from '../executor/machine-restart-state.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import type { JobRequest } from '../purpose.ts';
import { isStartedTooOften, noteStart } from './flap-damping.ts';
import { serviceOf } from '../ring/services-of.ts';
import type { Answer, Request } from '../sem/messages.ts';
import type { JobBeginning, RecoveryJobState } from './recovery-job-state.ts';

/**
 * After so many examinations without a change, what was asked of the target is asked again: it may have been lost, or come too early. Then after twice
 * as many, and so on: a server that cannot be helped is not asked all the time.
 */
const REPEAT_AFTER_ROUNDS = 5;
/** Near the end of the waiting time an examination of the network gets at least this long. */
const SHORTEST_EXAMINATION_MS = 100;

/** Start the background job that recovers the target server (§2.1): ask it to restart, wait for it, force a start by Wake-on-LAN. */
export function startRecoveryJob(context: Context, dbss: DbssState, beginning: JobBeginning): void {
  const { timing } = context.state.configuration;
  const tooOften = beginning.begin !== 'watch' && isStartedTooOften(context, dbss.target);
  if (tooOften) context.logBackground(logLines.startedTooOften(dbss.name));
  const begin = tooOften ? 'watch' : beginning.begin;
  dbss.job = {
    phase: begin === 'watch' ? 'watching' : begin === 'examine' ? 'examining' : 'restarting',
    serial: context.serial(),
    deadline_mono_ms: context.now.mono_ms + timing.restart_wait_ms,
    outstanding: [],
    abnormal: false,
    reachable: false,
    rounds: 0,
    report: undefined,
  };
  if (begin === 'watch') {
    context.setTimer(`job:${dbss.name}`, beginning.begin === 'watch' ? beginning.pause_ms : timing.poll_ms);
    return;
  }
  context.logBackground(logLines.recoveryJobStarted(dbss.name));
  if (begin === 'examine') examineAgainLater(context, dbss, dbss.job);
  else if (begin === 'restart') askRestart(context, dbss, dbss.job);
  else ask(context, dbss, dbss.job, { kind: 'state' }, 'state-before-restart');
}

/** A result that the job asked for. */
export function recoveryJobAnswered(
  context: Context,
  dbss: DbssState,
  job: RecoveryJobState,
  { asked, subject }: { asked: JobRequest; subject: string },
  outcome: Outcome,
): void {
  const answer = outcome.kind === 'answer' ? outcome.answer : undefined;
  switch (asked) {
    case 'state-before-restart':
      stateBeforeRestartKnown(context, dbss, job, answer);
      return;
    case 'restart':
      restartSettled(context, dbss, job, answer);
      return;
    case 'network':
      targetNetworkExamined(context, dbss, job, outcome.kind === 'done');
      return;
    case 'service':
      job.outstanding = job.outstanding.filter((daemon) => daemon !== subject);
      job.abnormal ||= outcome.kind !== 'done';
      if (job.outstanding.length === 0) ask(context, dbss, job, { kind: 'state' }, 'state');
      return;
    case 'state':
      targetStateKnown(context, dbss, job, answer);
      return;
    case 'start-daemons':
      if (answer?.kind === 'refused')
        context.logBackground(logLines.effectFailed(`Starting the services of ${dbss.target}`, answer.reason));
      return;
    case 'wake-on-lan':
      if (outcome.kind === 'failed') context.logBackground(logLines.effectFailed('Wake-on-LAN', outcome.reason));
  }
}

/** The `job:<name>` timer: examine the target by its real IP address, or act when the waiting time is over. */
export function recoveryJobTimer(context: Context, dbss: DbssState, job: RecoveryJobState): void {
  const data = dataOf(context.state.files, dbss.target);
  if (job.report !== undefined || data === undefined) return;
  // The target may have been returned by another server since, and is not this one's to restart or to wake.
  if (isAboutToRestart(context.state)) {
    context.setTimer(`job:${dbss.name}`, context.state.configuration.timing.interval_ms);
    return;
  }
  if (context.now.mono_ms >= job.deadline_mono_ms) waitingEnded(context, dbss, job, data);
  if (dbss.job?.report !== undefined) return;
  job.abnormal = false;
  job.outstanding = [];
  const examination_ms = context.state.configuration.timing.network_examination_ms;
  const timeout_ms =
    job.phase === 'watching' ? examination_ms : Math.max(SHORTEST_EXAMINATION_MS, Math.min(examination_ms, left_ms(context, job)));
  context.emit({ kind: 'ping', request: jobRequest(context, dbss, job, 'network', ''), address: data.realIp, timeout_ms });
}

/** A target whose executor waits for files has restarted since it last ran the management program: another restart would only cost time. */
function stateBeforeRestartKnown(context: Context, dbss: DbssState, job: RecoveryJobState, answer: Answer | undefined): void {
  if (answer?.kind === 'state' && answer.executor === 'restarting') {
    restartSettled(context, dbss, job, { kind: 'done' });
    return;
  }
  if (answer?.kind !== 'state' || answer.executor !== 'waiting-for-files') {
    askRestart(context, dbss, job);
    return;
  }
  context.logBackground(logLines.hasRestarted(dbss.name));
  job.phase = 'examining';
  context.setTimer(`job:${dbss.name}`, 0);
}

/** The target accepted the restart, or does not answer: from now on it is examined. */
function restartSettled(context: Context, dbss: DbssState, job: RecoveryJobState, answer: Answer | undefined): void {
  if (job.phase !== 'restarting') return;
  context.logBackground(answer?.kind === 'done' ? logLines.restartAccepted(dbss.name) : logLines.restartUnanswered(dbss.name));
  job.phase = 'examining';
  examineAgainLater(context, dbss, job);
}

function targetNetworkExamined(context: Context, dbss: DbssState, job: RecoveryJobState, reachable: boolean): void {
  const { configuration, files } = context.state;
  const data = dataOf(files, dbss.target);
  job.rounds = reachable === job.reachable ? job.rounds + 1 : 1;
  job.reachable = reachable;
  if (!reachable || data === undefined) {
    if (data !== undefined && job.phase === 'waking' && isRepeatRound(job)) wake(context, dbss, job, data);
    examineAgainLater(context, dbss, job);
    return;
  }
  for (const daemon of data.daemons) {
    const service = serviceOf(configuration, dbss.target, daemon);
    if (service === undefined) continue;
    job.outstanding.push(daemon);
    const request = jobRequest(context, dbss, job, 'service', daemon);
    context.emit({
      kind: 'check-service',
      request,
      address: data.realIp,
      service,
      timeout_ms: configuration.timing.service_examination_ms,
    });
  }
  if (job.outstanding.length === 0) ask(context, dbss, job, { kind: 'state' }, 'state');
}

/**
 * The target's agent answered. A restarted server has lost its memory disk, so its executor waits for files; one that still runs the
 * management program has not restarted and is asked again. One that goes down is waited for.
 */
function targetStateKnown(context: Context, dbss: DbssState, job: RecoveryJobState, answer: Answer | undefined): void {
  if (answer?.kind === 'state' && answer.executor === 'waiting-for-files' && !job.abnormal) {
    context.logBackground(logLines.startedNormally(dbss.name));
    job.report = 'up.file';
    return;
  }
  if (answer?.kind === 'state' && answer.executor !== 'restarting' && isRepeatRound(job)) {
    if (answer.executor === 'waiting-for-files') startDaemons(context, dbss, job);
    else if (!isStartedTooOften(context, dbss.target)) askRestart(context, dbss, job);
  }
  examineAgainLater(context, dbss, job);
}

function waitingEnded(context: Context, dbss: DbssState, job: RecoveryJobState, data: ManagementData): void {
  switch (job.phase) {
    case 'examining':
      context.logBackground(logLines.stopCondition(dbss.name));
      job.phase = 'waking';
      job.deadline_mono_ms = context.now.mono_ms + context.state.configuration.timing.restart_wait_ms;
      wake(context, dbss, job, data);
      return;
    case 'waking':
      context.logBackground(logLines.notRecovered(dbss.name));
      job.report = 'down.file';
      return;
    case 'restarting':
    case 'watching':
      return;
  }
}

function askRestart(context: Context, dbss: DbssState, job: RecoveryJobState): void {
  noteStart(context, dbss.target);
  ask(context, dbss, job, { kind: 'restart' }, 'restart');
}

function wake(context: Context, dbss: DbssState, job: RecoveryJobState, { mac }: ManagementData): void {
  context.emit({ kind: 'wake-on-lan', request: jobRequest(context, dbss, job, 'wake-on-lan', ''), mac });
}

function startDaemons(context: Context, dbss: DbssState, job: RecoveryJobState): void {
  const { daemons } = dataOf(context.state.files, dbss.target) ?? { daemons: [] };
  context.logBackground(logLines.daemonsStarted(dbss.name, daemons.join(' ')));
  ask(context, dbss, job, { kind: 'start-daemons', daemons }, 'start-daemons');
}

function ask(context: Context, dbss: DbssState, job: RecoveryJobState, message: Request, asked: JobRequest): void {
  const { answer_ms } = context.state.configuration.timing;
  context.call(dbss.target, message, answer_ms, { for: 'job', name: dbss.name, serial: job.serial, asked, subject: '' });
}

function jobRequest(context: Context, dbss: DbssState, job: RecoveryJobState, asked: JobRequest, subject: string): string {
  return context.request({ for: 'job', name: dbss.name, serial: job.serial, asked, subject });
}

function isRepeatRound({ rounds }: RecoveryJobState): boolean {
  return rounds % REPEAT_AFTER_ROUNDS === 0 && Number.isInteger(Math.log2(rounds / REPEAT_AFTER_ROUNDS));
}

function left_ms(context: Context, job: RecoveryJobState): number {
  return Math.max(0, job.deadline_mono_ms - context.now.mono_ms);
}

/** The next examination, or the end of the waiting time where that comes before. */
function examineAgainLater(context: Context, dbss: DbssState, job: RecoveryJobState): void {
  const { poll_ms, interval_ms } = context.state.configuration.timing;
  context.setTimer(`job:${dbss.name}`, job.phase === 'watching' ? interval_ms : Math.min(poll_ms, left_ms(context, job)));
}
