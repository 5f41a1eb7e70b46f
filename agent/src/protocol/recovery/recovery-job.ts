import type { Context } from '../context.ts';
import type { DbssState } from '../dbss/dbss-state.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import type { JobRequest } from '../purpose.ts';
import { serviceOf } from '../ring/services-of.ts';
import type { Answer } from '../sem/messages.ts';
import type { RecoveryJobState } from './recovery-job-state.ts';

/** A target that is up without its services is told to start them in every so many examinations. */
const START_DAEMONS_EVERY_ROUNDS = 5;

/**
 * Start the background job that recovers the target server (§2.1): ask it to restart, wait for it, force a start by Wake-on-LAN. A job that
 * begins as `watching` does neither and only looks until the target is well.
 */
export function startRecoveryJob(context: Context, dbss: DbssState, phase: 'restarting' | 'watching'): void {
  const { timing } = context.state.configuration;
  dbss.job = {
    phase,
    deadline_mono_ms: context.now.mono_ms + timing.restart_wait_ms,
    outstanding: [],
    abnormal: false,
    rounds: 0,
    report: undefined,
  };
  if (phase === 'watching') {
    examineAgainLater(context, dbss);
    return;
  }
  context.logBackground(logLines.recoveryJobStarted(dbss.name));
  askRestart(context, dbss);
}

/** The target accepted the restart, or does not answer: from now on it is examined. */
export function restartSettled(context: Context, dbss: DbssState, job: RecoveryJobState, answer: Answer | undefined): void {
  if (job.phase !== 'restarting') return;
  context.logBackground(answer?.kind === 'done' ? logLines.restartAccepted(dbss.name) : logLines.restartUnanswered(dbss.name));
  job.phase = 'examining';
  examineAgainLater(context, dbss);
}

/** The `job:<name>` timer: examine the target by its real IP address, or act when the waiting time is over. */
export function recoveryJobTimer(context: Context, dbss: DbssState, job: RecoveryJobState): void {
  if (job.report !== undefined) return;
  if (context.now.mono_ms >= job.deadline_mono_ms) {
    waitingEnded(context, dbss, job);
    if (job.report !== undefined) return;
  }
  const data = dataOf(context.state.files, dbss.target);
  if (data === undefined) return;
  job.rounds += 1;
  job.abnormal = false;
  job.outstanding = ['network'];
  const timeout_ms = context.state.configuration.timing.network_examination_ms;
  context.emit({ kind: 'ping', request: jobRequest(context, dbss, 'network', ''), address: data.realIp, timeout_ms });
}

export function targetNetworkExamined(context: Context, dbss: DbssState, job: RecoveryJobState, reachable: boolean): void {
  job.outstanding = [];
  const data = dataOf(context.state.files, dbss.target);
  if (!reachable || data === undefined) {
    examineAgainLater(context, dbss);
    return;
  }
  const { configuration } = context.state;
  for (const daemon of data.daemons) {
    const service = serviceOf(configuration, dbss.target, daemon);
    if (service === undefined) continue;
    job.outstanding.push(daemon);
    const request = jobRequest(context, dbss, 'service', daemon);
    context.emit({ kind: 'check-service', request, address: data.realIp, service, timeout_ms: configuration.timing.service_examination_ms });
  }
  if (job.outstanding.length === 0) askState(context, dbss);
}

export function targetServiceExamined(context: Context, dbss: DbssState, job: RecoveryJobState, daemon: string, normal: boolean): void {
  job.outstanding = job.outstanding.filter((other) => other !== daemon);
  job.abnormal = job.abnormal || !normal;
  if (job.outstanding.length === 0) askState(context, dbss);
}

/**
 * The target's agent answered. A restarted server has lost its memory disk, so its executor waits for files; one that still runs the
 * management program has not restarted and is asked again.
 */
export function targetStateKnown(context: Context, dbss: DbssState, job: RecoveryJobState, answer: Answer | undefined): void {
  if (answer?.kind !== 'state') {
    examineAgainLater(context, dbss);
    return;
  }
  if (answer.executor !== 'waiting-for-files') {
    if (job.phase !== 'watching') {
      const message = { kind: 'restart' } as const;
      context.call(dbss.target, message, context.state.configuration.timing.answer_ms, { for: 'nothing' });
    }
    examineAgainLater(context, dbss);
    return;
  }
  if (job.abnormal) {
    startDaemons(context, dbss, job);
    examineAgainLater(context, dbss);
    return;
  }
  context.logBackground(logLines.startedNormally(dbss.name));
  job.report = 'up.file';
}

function waitingEnded(context: Context, dbss: DbssState, job: RecoveryJobState): void {
  const data = dataOf(context.state.files, dbss.target);
  switch (job.phase) {
    case 'examining':
      context.logBackground(logLines.stopCondition(dbss.name));
      job.phase = 'waking';
      job.deadline_mono_ms = context.now.mono_ms + context.state.configuration.timing.restart_wait_ms;
      if (data !== undefined) context.emit({ kind: 'wake-on-lan', request: jobRequest(context, dbss, 'wake-on-lan', ''), mac: data.mac });
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

function startDaemons(context: Context, dbss: DbssState, job: RecoveryJobState): void {
  if (job.rounds % START_DAEMONS_EVERY_ROUNDS !== 0) return;
  const data: ManagementData | undefined = dataOf(context.state.files, dbss.target);
  if (data === undefined) return;
  context.logBackground(logLines.daemonsStarted(dbss.name, data.daemons.join(' ')));
  const message = { kind: 'start-daemons', daemons: data.daemons } as const;
  context.call(dbss.target, message, context.state.configuration.timing.answer_ms, { for: 'nothing' });
}

function askRestart(context: Context, dbss: DbssState): void {
  context.call(dbss.target, { kind: 'restart' }, context.state.configuration.timing.answer_ms, {
    for: 'job',
    name: dbss.name,
    asked: 'restart',
    subject: '',
  });
}

function askState(context: Context, dbss: DbssState): void {
  context.call(dbss.target, { kind: 'state' }, context.state.configuration.timing.answer_ms, {
    for: 'job',
    name: dbss.name,
    asked: 'state',
    subject: '',
  });
}

function jobRequest(context: Context, dbss: DbssState, asked: JobRequest, subject: string): string {
  return context.request({ for: 'job', name: dbss.name, asked, subject });
}

function examineAgainLater(context: Context, dbss: DbssState): void {
  context.setTimer(`job:${dbss.name}`, context.state.configuration.timing.poll_ms);
}
