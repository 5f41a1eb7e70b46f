import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import type { DbssRequest, Purpose } from '../purpose.ts';
import { recoveryJobAnswered, recoveryJobTimer } from '../recovery/recovery-job.ts';
import { standbyKnown } from '../recovery/unfinished-return.ts';
import { logLines } from '../log-lines.ts';
import { abnormalityOf } from './abnormal-service.ts';
import { type AnswerOrReason, reasonOf } from './ask.ts';
import { capacityAcquired } from './capacity-acquisition.ts';
import type { DbssState, DbssTimer } from './dbss-state.ts';
import {
  managerHeard,
  monitorTarget,
  networkExamined,
  opinionHeard,
  ownNetworkExamined,
  reexamine,
  serviceExamined,
  storageExamined,
  type Verdict,
} from './external-monitoring.ts';
import { fenceSettled } from './held-address.ts';
import { addressSettled, creationSettled, hostStateKnown, ownAddressReleaseSettled, retryCreation, selectHost } from './host-selection.ts';
import {
  firstManagerNetworkExamined,
  firstManagerServiceExamined,
  firstManagerStateKnown,
  firstManagerStorageExamined,
} from '../p2p/first-manager-examination.ts';
import { firstManagerExamined } from '../p2p/second-manager.ts';
import { prepareVirtualServer } from './preparation.ts';
import { examineFunction, functionExamined } from './resumption.ts';
import { isReturnStep, lookForReport, retryReturn, returnStepSettled } from './return-to-normal.ts';
import { settleVerdicts } from './verdict.ts';
import {
  reexamineVirtualServer,
  virtualServerExamined,
  virtualServerHostExamined,
  virtualServerStorageExamined,
} from './virtual-server-monitoring.ts';

/** An interval has begun: every DBSS that is not busy with its target's recovery monitors it (Fig. 12). */
export function monitorTargets(context: Context): void {
  for (const dbss of Object.values(context.state.dbss)) {
    const data = dataOf(context.state.files, dbss.target);
    if (dbss.phase === 'monitoring' && data !== undefined) monitorTarget(context, dbss, data);
  }
}

/** A result that the foreground job of a DBSS asked for. Results of an earlier examination or recovery change nothing. */
export function dbssResult(context: Context, purpose: Purpose & { for: 'dbss' }, outcome: Outcome): void {
  const dbss = context.state.dbss[purpose.name];
  const data = dbss === undefined ? undefined : dataOf(context.state.files, dbss.target);
  if (dbss === undefined || data === undefined || dbss.serial !== purpose.serial) return;
  if (
    purpose.asked === 'network' ||
    purpose.asked === 'own-network' ||
    purpose.asked === 'service' ||
    purpose.asked === 'storage' ||
    purpose.asked === 'opinion' ||
    purpose.asked === 'manager-state'
  ) {
    const verdict = examined(context, dbss, data, purpose, outcome);
    if (verdict === 'abnormal') dbss.held = true;
    if (verdict === 'abnormal' || verdict === 'normal') settleVerdicts(context);
  } else if (isOfFirstManager(purpose.asked)) {
    if (firstManagerAnswered(context, dbss, purpose, outcome)) {
      settleVerdicts(context);
      firstManagerExamined(context, dbss);
    }
  } else {
    answered(context, dbss, data, purpose, outcome);
  }
  lookForReport(context, dbss);
}

/** A result that the background job of a DBSS asked for. */
export function jobResult(context: Context, purpose: Purpose & { for: 'job' }, outcome: Outcome): void {
  const dbss = context.state.dbss[purpose.name];
  if (dbss?.job === undefined || dbss.job.serial !== purpose.serial || dbss.job.report !== undefined) return;
  recoveryJobAnswered(context, dbss, dbss.job, purpose, outcome);
  lookForReport(context, dbss);
}

/** A timer of a DBSS has expired; its name is `<kind>:<DBSS>`. */
export function dbssTimer(context: Context, kind: DbssTimer, name: string): void {
  const dbss: DbssState | undefined = context.state.dbss[name];
  const data = dbss === undefined ? undefined : dataOf(context.state.files, dbss.target);
  if (dbss === undefined) return;
  switch (kind) {
    case 'reexamine':
      if (data !== undefined) reexamine(context, dbss, data);
      break;
    case 'job':
      if (dbss.job !== undefined) recoveryJobTimer(context, dbss, dbss.job);
      break;
    case 'virtual-server':
      reexamineVirtualServer(context, dbss);
      break;
    case 'create':
      retryCreation(context, dbss);
      break;
    case 'return':
      retryReturn(context, dbss);
  }
  lookForReport(context, dbss);
}

function examined(
  context: Context,
  dbss: DbssState,
  data: ManagementData,
  { asked, subject }: { asked: DbssRequest; subject: string },
  outcome: Outcome,
): Verdict {
  if (dbss.phase !== 'examining' && dbss.phase !== 'reexamining') return 'unfinished';
  if (asked === 'opinion') return opinionHeard(context, dbss, subject, answerOf(outcome));
  if (asked === 'manager-state') return managerHeard(context, dbss, subject, answerOf(outcome));
  if (asked === 'own-network') return ownNetworkExamined(context, dbss, outcome.kind === 'done');
  if (asked === 'storage') return storageExamined(context, dbss, subject, failureOf(outcome));
  if (asked === 'network') {
    if (dbss.phase !== subject || !dbss.outstanding.includes('network')) return 'unfinished';
    return networkExamined(context, dbss, data, outcome.kind === 'done');
  }
  if (!dbss.outstanding.includes(subject)) return 'unfinished';
  return serviceExamined(context, dbss, data, subject, abnormalityOf(subject, outcome));
}

function answered(
  context: Context,
  dbss: DbssState,
  data: ManagementData,
  { asked, subject }: { asked: DbssRequest; subject: string },
  outcome: Outcome,
): void {
  const answer = answerOf(outcome);
  if (isReturnStep(asked)) {
    returnStepSettled(context, dbss, asked, answer);
    return;
  }
  switch (asked) {
    case 'load':
      if (capacityAcquired(dbss, subject, answer)) selectHost(context, dbss, data);
      else prepareVirtualServer(context, dbss, data);
      return;
    case 'release-own-address':
      ownAddressReleaseSettled(context, dbss, answer);
      examineFunction(context, dbss);
      return;
    case 'target-state':
      dbss.isTargetSilent = typeof answer === 'string';
      return;
    case 'search':
      standbyKnown(context, dbss, subject, answer);
      return;
    case 'prepare':
      // The selection asks again, and hears what came of it.
      return;
    case 'host-state':
      hostStateKnown(context, dbss, subject, answer);
      return;
    case 'create':
      creationSettled(context, dbss, subject, answer);
      return;
    case 'set-address':
      addressSettled(context, dbss, data, answer);
      return;
    case 'fence':
      fenceSettled(context, dbss, subject, outcome);
      return;
    case 'function':
      functionExamined(context, dbss, subject, abnormalityOf(subject, outcome));
      return;
    case 'virtual-server':
      virtualServerExamined(context, dbss, subject, abnormalityOf(subject, outcome));
      return;
    case 'virtual-server-host':
      virtualServerHostExamined(context, dbss, outcome.kind === 'done');
      return;
    case 'virtual-server-storage':
      virtualServerStorageExamined(context, dbss, failureOf(outcome));
      return;
    case 'discard':
      if (typeof answer === 'string') context.log(logLines.effectFailed(`Discarding the virtual server on ${subject}`, reasonOf(answer)));
      return;
    case 'network':
    case 'own-network':
    case 'service':
    case 'storage':
    case 'opinion':
    case 'manager-state':
    case 'first-manager-network':
    case 'first-manager-service':
    case 'first-manager-state':
    case 'first-manager-storage':
      return;
  }
}

function isOfFirstManager(asked: DbssRequest): boolean {
  return (
    asked === 'first-manager-network' ||
    asked === 'first-manager-service' ||
    asked === 'first-manager-state' ||
    asked === 'first-manager-storage'
  );
}

/** Priority 2: part of the examination of the server with priority 1. True when it is over. */
function firstManagerAnswered(
  context: Context,
  dbss: DbssState,
  { asked, subject }: { asked: DbssRequest; subject: string },
  outcome: Outcome,
): boolean {
  if (asked === 'first-manager-network') return firstManagerNetworkExamined(context, dbss, subject, outcome.kind === 'done');
  if (asked === 'first-manager-state') return firstManagerStateKnown(context, dbss, subject, answerOf(outcome));
  if (asked === 'first-manager-storage') return firstManagerStorageExamined(context, dbss, failureOf(outcome));
  return firstManagerServiceExamined(context, dbss, subject, abnormalityOf(subject, outcome));
}

function failureOf(outcome: Outcome): string | undefined {
  return outcome.kind === 'failed' ? outcome.reason : undefined;
}

function answerOf(outcome: Outcome): AnswerOrReason {
  return outcome.kind === 'answer' ? outcome.answer : outcome.kind === 'failed' ? outcome.reason : 'no answer';
}
