import type { Context } from '../context.ts';
import { isAboutToRestart } from '../executor/machine-restart-state.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { forgetHistory, holdDown_ms, noteReturn, returnsLately } from '../recovery/flap-damping.ts';
import { isManagementServer } from '../method/managers.ts';
import { isMember } from '../sem/members.ts';
import { sendToSecondManager } from '../p2p/files-of-p2p.ts';
import { startRecoveryJob } from '../recovery/recovery-job.ts';
import type { DbssRequest } from '../purpose.ts';
import { type AnswerOrReason, askServer, hostWorkLimit_ms, isDone, reasonOf } from './ask.ts';
import type { DbssState, ReturnStep } from './dbss-state.ts';
import { monitorTarget } from './external-monitoring.ts';
import { newFailedHosts } from './failed-hosts.ts';
import { discardVirtualServer } from './host-requests.ts';
import { releaseTargetAddress, selectHostAnew } from './host-selection.ts';
import { formatVersions } from '../sem/versions-file.ts';
import { problemOf, restoreRecords } from './record-edits.ts';

const WHAT: Readonly<Record<ReturnStep, string>> = {
  'release-virtual-address': 'release of the virtual IP address',
  'take-own-address': 'setting of the virtual IP address on the target',
  'install-files': 'sending of the management files',
  'install-flag': 'sending of the flag file',
};

/** How often a step that the target does not answer is asked for. */
const STEP_TRIES = 3;
/** Each time that the target fails to take its address back, the next attempt waits twice as long, up to so many restart waits. */
const LONGEST_PAUSE_RESTART_WAITS = 64;

export function isReturnStep(asked: DbssRequest): asked is ReturnStep {
  return asked in WHAT;
}

/**
 * The foreground job looks for up.file or down.file (§2.1) when it has nothing else to do: up returns to normal (A6), down ends this DBSS where the
 * virtual server serves. Another server returns the target of one that goes down: two would take it from each other.
 */
export function lookForReport(context: Context, dbss: DbssState): void {
  const report = dbss.job?.report;
  if (report === undefined || dbss.phase !== 'waiting' || isAboutToRestart(context.state)) return;
  if (report === 'down.file') {
    if (!dbss.virtualServerServes) {
      // A host for the virtual server is still looked for: until there is one, the target may come back.
      startRecoveryJob(context, dbss, { begin: 'watch', pause_ms: context.state.configuration.timing.poll_ms });
      return;
    }
    context.log(logLines.dbssTerminated(dbss.name, 'its target is not recovered'));
    sendToSecondManager(context, 'd-file', dbss.target);
    Reflect.deleteProperty(context.state.dbss, dbss.name);
    return;
  }
  if (isHeldDown(context, dbss)) return;
  context.cancelTimer(`create:${dbss.name}`);
  dbss.host = problemOf(context, dbss.target)?.host ?? dbss.host;
  beginReturn(context, dbss, dbss.host === undefined ? 'take-own-address' : 'release-virtual-address');
}

/** A target that flaps waits while its virtual server serves; without one its clients would wait with it. */
function isHeldDown(context: Context, dbss: DbssState): boolean {
  const hold_ms = holdDown_ms(context, dbss.target);
  if (hold_ms === 0 || !dbss.virtualServerServes) return false;
  const { mono_ms, unix_ms } = context.now;
  if (dbss.holdDown === undefined) {
    const returns = returnsLately(context, dbss.target);
    dbss.holdDown = { until_mono_ms: mono_ms + hold_ms, until_unix_ms: unix_ms + hold_ms, returns };
    context.log(logLines.heldDown(dbss.name, returns, hold_ms, dbss.target));
    context.setTimer(`return:${dbss.name}`, hold_ms);
  }
  return mono_ms < dbss.holdDown.until_mono_ms;
}

/** An operator has repaired the target and wants it back: nothing holds it any more, and hosts that failed may try again. */
export function returnByHand(context: Context, target: string): void {
  forgetHistory(context, target);
  const dbss = Object.values(context.state.dbss).find((running) => running.target === target);
  if (dbss === undefined) return;
  context.log(logLines.returnedByHand(dbss.name));
  dbss.holdDown = undefined;
  dbss.failedHosts = newFailedHosts();
  lookForReport(context, dbss);
}

/** Begin A6 at one of its steps; those before it are done. */
export function beginReturn(context: Context, dbss: DbssState, step: ReturnStep): void {
  dbss.phase = 'returning';
  dbss.returnStep = step;
  dbss.tries = 0;
  takeStep(context, dbss);
}

/** The `return:<name>` timer: try the step again. */
export function retryReturn(context: Context, dbss: DbssState): void {
  if (dbss.phase === 'returning') takeStep(context, dbss);
}

export function returnStepSettled(context: Context, dbss: DbssState, step: ReturnStep, outcome: AnswerOrReason): void {
  if (dbss.phase !== 'returning' || dbss.returnStep !== step) return;
  if (isDone(outcome)) stepDone(context, dbss, step);
  else stepFailed(context, dbss, step, outcome);
}

function takeStep(context: Context, dbss: DbssState): void {
  const { files, configuration } = context.state;
  const { target, host } = dbss;
  const data = dataOf(files, target);
  if (files === undefined || data === undefined) return;
  if (isAboutToRestart(context.state)) {
    context.setTimer(`return:${dbss.name}`, configuration.timing.interval_ms);
    return;
  }
  if (dbss.returnStep === 'release-virtual-address' && host !== undefined && !isMember(context, host)) {
    hostReleasedAddress(context, dbss);
    return;
  }
  dbss.tries += 1;
  // Short pieces of work, and asked for again when an answer is lost: nobody serves the clients meanwhile. A host may be slow.
  const timeout_ms = configuration.timing.answer_ms * 3;
  const release_ms = Math.min(timeout_ms * 2 ** (dbss.tries - 1), hostWorkLimit_ms(context));
  switch (dbss.returnStep) {
    case 'release-virtual-address':
      if (host === undefined) return;
      askServer(context, dbss, {
        to: host,
        message: { kind: 'release-virtual-address', target },
        asked: 'release-virtual-address',
        timeout_ms: release_ms,
      });
      return;
    case 'take-own-address': {
      // Without a recovery it is the end of a return that was lost, and nobody has released the address for it.
      const message = { kind: 'take-own-address', vip: data.virtualIp, ...(dbss.job === undefined ? { unless_held: true } : {}) } as const;
      askServer(context, dbss, { to: target, message, asked: 'take-own-address', timeout_ms });
      return;
    }
    case 'install-files':
      askServer(context, dbss, {
        to: target,
        message: { kind: 'install-files', files, versions: formatVersions(context.state.sem.records) },
        asked: 'install-files',
        timeout_ms,
      });
      return;
    case 'install-flag':
      askServer(context, dbss, { to: target, message: { kind: 'install-flag' }, asked: 'install-flag', timeout_ms });
  }
}

/** The host of the virtual server does not answer at the address any more. */
export function hostReleasedAddress(context: Context, dbss: DbssState): void {
  stepDone(context, dbss, 'release-virtual-address');
}

function stepDone(context: Context, dbss: DbssState, step: ReturnStep): void {
  switch (step) {
    case 'release-virtual-address':
      dbss.virtualServerServes = false;
      beginReturn(context, dbss, 'take-own-address');
      return;
    case 'take-own-address':
      noteReturn(context, dbss.target);
      context.log(logLines.targetRecovered(dbss.name, dataOf(context.state.files, dbss.target)?.virtualIp ?? '', dbss.target));
      restoreRecords(context, dbss.target);
      beginReturn(context, dbss, 'install-files');
      return;
    case 'install-files':
      context.log(logLines.filesSent(dbss.name, dbss.target));
      beginReturn(context, dbss, 'install-flag');
      return;
    case 'install-flag':
      context.log(logLines.flagSent(dbss.name, dbss.target));
      sendToSecondManager(context, 'u-file', dbss.target);
      backToMonitoring(context, dbss);
  }
}

function stepFailed(context: Context, dbss: DbssState, step: ReturnStep, outcome: AnswerOrReason): void {
  context.log(logLines.returnFailed(dbss.name, WHAT[step], reasonOf(outcome)));
  if (step === 'release-virtual-address') {
    releaseFailed(context, dbss, outcome);
    return;
  }
  const isEndOfReturn = dbss.job === undefined;
  if (dbss.tries < STEP_TRIES && (typeof outcome === 'string' || !isEndOfReturn)) {
    again(context, dbss);
    return;
  }
  // A member of the group is monitored; without files it says hello and is given them later.
  if (isMember(context, dbss.target)) {
    backToMonitoring(context, dbss);
    if (step === 'take-own-address' && !isManagementServer(context.state.configuration, dbss.target)) examineAtOnce(context, dbss);
  } else addressNotTaken(context, dbss);
}

/** A member that cannot take its address serves nobody, unless somebody else has it: it is not kept from its examination for that. */
function examineAtOnce(context: Context, dbss: DbssState): void {
  const data = dataOf(context.state.files, dbss.target);
  dbss.failedReturns += 1;
  if (data !== undefined) monitorTarget(context, dbss, data);
}

/**
 * Two machines must not answer for one address: as long as the virtual server may have it, the target does not get it. A host that is itself out of
 * the group is gone, and its virtual server with it. One that cannot remove the address discards the whole virtual server.
 */
function releaseFailed(context: Context, dbss: DbssState, outcome: AnswerOrReason): void {
  const { host } = dbss;
  if (host === undefined || !isMember(context, host)) {
    stepDone(context, dbss, 'release-virtual-address');
    return;
  }
  if (typeof outcome !== 'string') discardVirtualServer(context, dbss, host);
  again(context, dbss);
}

/** The target did not take its address back: the virtual server gets it again, and the target is recovered anew. */
function addressNotTaken(context: Context, dbss: DbssState): void {
  const { restart_wait_ms } = context.state.configuration.timing;
  const pause_ms = restart_wait_ms * Math.min(2 ** dbss.failedReturns, LONGEST_PAUSE_RESTART_WAITS);
  dbss.failedReturns += 1;
  startRecoveryJob(context, dbss, dbss.failedReturns === 1 ? { begin: 'restart' } : { begin: 'watch', pause_ms });
  releaseTargetAddress(context, dbss);
  if (dbss.host === undefined || !isMember(context, dbss.host)) selectHostAnew(context, dbss);
  else dbss.phase = 'addressing';
}

/** Back to normal monitoring; the virtual server is done, its host suspends the standby again. */
function backToMonitoring(context: Context, dbss: DbssState): void {
  if (dbss.host !== undefined) discardVirtualServer(context, dbss, dbss.host);
  Reflect.deleteProperty(context.state.hellos, dbss.target);
  if (isManagementServer(context.state.configuration, dbss.target)) {
    // It has its files, or says hello again; nobody monitors it.
    context.log(logLines.dbssTerminated(dbss.name, 'nobody manages its target'));
    Reflect.deleteProperty(context.state.dbss, dbss.name);
    return;
  }
  dbss.phase = 'monitoring';
  dbss.examination_mono_ms = undefined;
  dbss.job = undefined;
  dbss.host = undefined;
  dbss.problem = undefined;
  dbss.virtualServerServes = false;
}

function again(context: Context, dbss: DbssState): void {
  context.setTimer(`return:${dbss.name}`, context.state.configuration.timing.poll_ms);
}
