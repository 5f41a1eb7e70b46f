import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { Purpose } from '../purpose.ts';
import {
  restartSettled,
  recoveryJobTimer,
  targetNetworkExamined,
  targetServiceExamined,
  targetStateKnown,
} from '../recovery/recovery-job.ts';
import { logLines } from '../log-lines.ts';
import type { Answer } from '../sem/messages.ts';
import { capacityAcquired } from './capacity-acquisition.ts';
import type { DbssState } from './dbss-state.ts';
import { examineTarget, networkExamined, serviceExamined } from './external-monitoring.ts';
import { addressSettled, creationSettled, ownAddressReleaseSettled, retryCreation, selectHost, startRecovery } from './recovery.ts';
import { filesInstalled, flagInstalled, jobReported, ownAddressTaken, virtualAddressReleased } from './return-to-normal.ts';

/** An interval has begun: every DBSS that is not busy with its target's recovery monitors it (Fig. 12). */
export function monitorTargets(context: Context): void {
  for (const dbss of Object.values(context.state.dbss)) {
    const data = dataOf(context.state.files, dbss.target);
    if (dbss.phase === 'monitoring' && data !== undefined) examineTarget(context, dbss, data, 'examining');
  }
}

/** A result that the foreground job of a DBSS asked for. Late results of a phase that is over change nothing. */
export function dbssResult(context: Context, purpose: Purpose & { for: 'dbss' }, outcome: Outcome): void {
  const dbss = context.state.dbss[purpose.name];
  const data = dbss === undefined ? undefined : dataOf(context.state.files, dbss.target);
  if (dbss === undefined || data === undefined) return;
  const answer = answerOrReason(outcome);
  switch (purpose.asked) {
    case 'network':
      if (dbss.phase !== purpose.subject || !dbss.outstanding.includes('network')) return;
      if (networkExamined(context, dbss, data, outcome.kind === 'done') === 'abnormal') startRecovery(context, dbss, data);
      return;
    case 'service': {
      if (!dbss.outstanding.includes(purpose.subject)) return;
      const failure = outcome.kind === 'failed' ? outcome.reason : undefined;
      const verdict = serviceExamined(context, dbss, data, { daemon: purpose.subject, failure });
      if (verdict === 'abnormal') startRecovery(context, dbss, data);
      return;
    }
    case 'load':
      if (capacityAcquired(dbss, purpose.subject, typeof answer === 'string' ? undefined : answer)) selectHost(context, dbss, data);
      return;
    case 'release-own-address':
      ownAddressReleaseSettled(context, dbss);
      return;
    case 'create':
      creationSettled(context, dbss, purpose.subject, answer);
      return;
    case 'set-address':
      addressSettled(context, dbss, data, answer);
      return;
    case 'release-virtual-address':
      virtualAddressReleased(context, dbss, answer);
      return;
    case 'take-own-address':
      ownAddressTaken(context, dbss, answer);
      return;
    case 'install-files':
      filesInstalled(context, dbss, answer);
      return;
    case 'install-flag':
      flagInstalled(context, dbss, answer);
      return;
    case 'discard':
      if (typeof answer === 'string') context.log(logLines.effectFailed(`Discarding the virtual server on ${purpose.subject}`, answer));
  }
}

/** A result that the background job of a DBSS asked for. */
export function jobResult(context: Context, purpose: Purpose & { for: 'job' }, outcome: Outcome): void {
  const dbss = context.state.dbss[purpose.name];
  const job = dbss?.job;
  if (dbss === undefined || job === undefined || job.report !== undefined) return;
  const answer = answerOrReason(outcome);
  const given = typeof answer === 'string' ? undefined : answer;
  switch (purpose.asked) {
    case 'restart':
      restartSettled(context, dbss, job, given);
      break;
    case 'network':
      targetNetworkExamined(context, dbss, job, outcome.kind === 'done');
      break;
    case 'service':
      targetServiceExamined(context, dbss, job, purpose.subject, outcome.kind === 'done');
      break;
    case 'state':
      targetStateKnown(context, dbss, job, given);
      break;
    case 'start-daemons':
      break;
    case 'wake-on-lan':
      if (outcome.kind === 'failed') context.logBackground(logLines.effectFailed('Wake-on-LAN', outcome.reason));
  }
  jobReported(context, dbss);
}

/** Timers of a DBSS: `job:<name>` and `create:<name>`. */
export function dbssTimer(context: Context, kind: 'job' | 'create', name: string): void {
  const dbss: DbssState | undefined = context.state.dbss[name];
  if (dbss === undefined) return;
  if (kind === 'create') {
    retryCreation(context, dbss);
    return;
  }
  if (dbss.job !== undefined) recoveryJobTimer(context, dbss, dbss.job);
  jobReported(context, dbss);
}

function answerOrReason(outcome: Outcome): Answer | string {
  if (outcome.kind === 'answer') return outcome.answer;
  return outcome.kind === 'failed' ? outcome.reason : 'no answer';
}
