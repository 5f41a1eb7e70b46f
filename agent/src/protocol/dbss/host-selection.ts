import type { Context } from '../context.ts';
import { rankCandidates, selectionValue } from '../load/selection.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import { virtualServerName } from '../management-files/problem.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { isAbnormalHere } from '../monitoring/internal-monitoring.ts';
import { isMember } from '../sem/members.ts';
import { type AnswerOrReason, askServer, hostWorkLimit_ms, isDone, reasonOf } from './ask.ts';
import { acquireCapacities } from './capacity-acquisition.ts';
import { type DbssState, newVirtualServerWatch } from './dbss-state.ts';
import { addressHeld } from './held-address.ts';
import { admitFailedHosts, leaveFailedHostsOut } from './host-pause.ts';
import { ANSWERS_BETWEEN_QUESTIONS, askSetAddress, discardVirtualServer } from './host-requests.ts';
import { forgetProblem, recordProblem } from './record-edits.ts';

/** How often a target that answers pings is asked to give its address up. */
const RELEASE_TRIES = 3;

/** A5, when all capacities are known or late: the server with the largest selection value creates the virtual server (§3.3). */
export function selectHost(context: Context, dbss: DbssState, data: ManagementData): void {
  // The target is back already: it needs its address, not a virtual server.
  if (dbss.job?.report === 'up.file') {
    dbss.phase = 'waiting';
    return;
  }
  admitFailedHosts(context, dbss);
  const serving = dbss.servingAlready;
  if (serving !== undefined && !dbss.failedHosts.names.includes(serving) && isMember(context, serving)) {
    takeVirtualServerOver(context, dbss, serving);
    return;
  }
  const best = bestHost(context, dbss, data);
  if (dbss.preparing !== undefined && dbss.preparing !== best?.server) discardVirtualServer(context, dbss, dbss.preparing);
  dbss.preparing = undefined;
  if (best === undefined) {
    noHost(context, dbss);
    return;
  }
  dbss.host = best.server;
  dbss.phase = 'creating';
  context.log(logLines.creationStarted(dbss.name, virtualServerName(dbss.target), best.server, best.selection_value));
  dbss.hostWorkEnds_mono_ms = context.now.mono_ms + hostWorkLimit_ms(context);
  askCreate(context, dbss);
  recordProblem(context, dbss.target, best.server);
}

/**
 * Another manager had a virtual server made, and has failed or was separated before this one heard of it. It may hold what clients have handed over, and with its address no
 * other one can serve: it is given the address once more, which does nothing where it has it, and is recorded.
 */
function takeVirtualServerOver(context: Context, dbss: DbssState, host: string): void {
  if (dbss.preparing !== undefined && dbss.preparing !== host) discardVirtualServer(context, dbss, dbss.preparing);
  dbss.preparing = undefined;
  context.log(logLines.servesAlready(dbss.name, virtualServerName(dbss.target), host));
  dbss.host = host;
  dbss.phase = 'addressing';
  recordProblem(context, dbss.target, host);
  setAddressWhenFree(context, dbss);
}

/**
 * The host answers when it is done, or knows why it will not be. It is asked several times in the time that it has: a question or an answer may be lost. The last question
 * waits to the end, or a host whose own time limit passes between two of them could tell nobody what had failed.
 */
function askCreate(context: Context, dbss: DbssState): void {
  if (dbss.host === undefined) return;
  const message = { kind: 'create-virtual-server', target: dbss.target } as const;
  const { answer_ms, poll_ms } = context.state.configuration.timing;
  const left_ms = Math.max(1, dbss.hostWorkEnds_mono_ms - context.now.mono_ms);
  const question_ms = answer_ms * ANSWERS_BETWEEN_QUESTIONS;
  const timeout_ms = left_ms < question_ms + poll_ms + question_ms ? left_ms : question_ms;
  askServer(context, dbss, { to: dbss.host, message, asked: 'create', timeout_ms });
}

/**
 * The candidate with the largest selection value that is in the group and has not failed in this recovery (§3.3). One that looks ill itself comes after all others: it may be
 * separated next, and its virtual server with it. Where one creates it already, for another manager, both get that one.
 */
export function bestHost(
  context: Context,
  dbss: DbssState,
  data: ManagementData,
): { readonly server: string; readonly selection_value: number; readonly begun: boolean } | undefined {
  const weights = context.state.configuration.weights[data.type];
  const usable = dbss.candidates.filter(({ server }) => !dbss.failedHosts.names.includes(server) && isMember(context, server));
  const ranked = rankCandidates(usable, weights);
  const best = ranked.find(({ begun }) => begun) ?? ranked.find(({ server }) => !looksIll(context, server)) ?? ranked[0];
  if (best === undefined) return undefined;
  return { server: best.server, selection_value: selectionValue(best, weights), begun: best.begun === true };
}

/** Its heartbeat is missing, or an examination has found a problem; of this server its own one. */
function looksIll(context: Context, server: string): boolean {
  if (server === context.self) return isAbnormalHere(context);
  const isSuspected = Object.values(context.state.dbss).some(
    ({ target, held, phase }) => target === server && (held || phase === 'reexamining'),
  );
  return isSuspected || staleServers(context).has(server);
}

/** Ask anew who can create the virtual server. */
export function selectHostAnew(context: Context, dbss: DbssState): void {
  dbss.phase = 'selecting';
  acquireCapacities(context, dbss);
  const data = dataOf(context.state.files, dbss.target);
  if (data !== undefined && dbss.loadOutstanding.length === 0) selectHost(context, dbss, data);
}

/** The `create:<name>` timer: a host that did not answer is asked again; where there was none, one is looked for, unless the target has returned meanwhile. */
export function retryCreation(context: Context, dbss: DbssState): void {
  if (dbss.phase === 'creating') askCreate(context, dbss);
  if (dbss.phase === 'addressing') askSetAddress(context, dbss);
  if (dbss.phase === 'waiting' && !dbss.virtualServerServes) selectHostAnew(context, dbss);
}

export function creationSettled(context: Context, dbss: DbssState, host: string, outcome: AnswerOrReason): void {
  if (dbss.phase !== 'creating' || dbss.host !== host) return;
  if (mayStillAnswer(context, dbss, outcome)) {
    askAgainLater(context, dbss);
    return;
  }
  if (typeof outcome === 'string' || outcome.kind !== 'created') {
    hostFailed(context, dbss, host, reasonOf(outcome));
    return;
  }
  const { resume_ms, installation_ms } = outcome.times;
  context.log(logLines.creationCompleted(dbss.name, virtualServerName(dbss.target), host, resume_ms, installation_ms));
  dbss.phase = 'addressing';
  setAddressWhenFree(context, dbss);
}

/**
 * An interval begins, and the heartbeat of a server that creates a virtual server is missing: is its agent still there? A creation may be waited for longer
 * than a recovery should take.
 */
export function lookAfterCreations(context: Context): void {
  const stale = staleServers(context);
  for (const dbss of Object.values(context.state.dbss)) {
    if (dbss.phase !== 'creating' || dbss.host === undefined || !stale.has(dbss.host)) continue;
    const timeout_ms = context.state.configuration.timing.answer_ms;
    askServer(context, dbss, { to: dbss.host, message: { kind: 'state' }, asked: 'host-state', timeout_ms });
  }
}

/** It does not answer: nothing has been set there yet, another server may create the virtual server. */
export function hostStateKnown(context: Context, dbss: DbssState, host: string, answer: AnswerOrReason): void {
  if (typeof answer === 'string' && dbss.phase === 'creating' && dbss.host === host) hostFailed(context, dbss, host, answer);
}

/**
 * Ask the target to give its address up, while the virtual server is being created. One that does not answer pings gets one chance: it is down, and
 * its clients wait. One that has not answered before is not waited for.
 */
export function releaseTargetAddress(context: Context, dbss: DbssState, answer: 'wait' | 'do not wait' = 'wait'): void {
  dbss.ownAddressReleased = answer === 'do not wait';
  dbss.tries = 0;
  askRelease(context, dbss);
}

export function ownAddressReleaseSettled(context: Context, dbss: DbssState, outcome: AnswerOrReason): void {
  if (dbss.ownAddressReleased) return;
  if (!isDone(outcome) && dbss.problem === 'service' && dbss.tries < RELEASE_TRIES) {
    askRelease(context, dbss);
    return;
  }
  dbss.ownAddressReleased = true;
  setAddressWhenFree(context, dbss);
}

export function setAddressWhenFree(context: Context, dbss: DbssState): void {
  if (dbss.phase !== 'addressing' || !dbss.ownAddressReleased) return;
  dbss.tries = 0;
  askSetAddress(context, dbss);
}

export function addressSettled(context: Context, dbss: DbssState, data: ManagementData, outcome: AnswerOrReason): void {
  if (dbss.phase !== 'addressing' || dbss.host === undefined) return;
  if (typeof outcome !== 'string' && outcome.kind === 'address-set') {
    context.log(logLines.functionRecovered(dbss.name, virtualServerName(dbss.target), dbss.host, data.virtualIp));
    dbss.heldAddress = { times: 0, fenced: false };
    dbss.virtualServerServes = true;
    dbss.virtualServerWatch = newVirtualServerWatch();
    dbss.phase = 'waiting';
    return;
  }
  if (typeof outcome !== 'string' && outcome.kind === 'address-held') {
    addressHeld(context, dbss, outcome.holder);
    return;
  }
  // It may have set the address and its answer may be lost: ask again before another server gets it.
  if (mayStillAnswer(context, dbss, outcome)) askAgainLater(context, dbss);
  else nextHost(context, dbss, dbss.host, reasonOf(outcome));
}

/** No answer came, and the time that the host has for its work is not over. */
function mayStillAnswer(context: Context, dbss: DbssState, outcome: AnswerOrReason): boolean {
  return typeof outcome === 'string' && context.now.mono_ms < dbss.hostWorkEnds_mono_ms;
}

function askAgainLater(context: Context, dbss: DbssState): void {
  context.setTimer(`create:${dbss.name}`, context.state.configuration.timing.poll_ms);
}

function askRelease(context: Context, dbss: DbssState): void {
  dbss.tries += 1;
  const { answer_ms } = context.state.configuration.timing;
  askServer(context, dbss, {
    to: dbss.target,
    message: { kind: 'release-own-address' },
    asked: 'release-own-address',
    timeout_ms: answer_ms,
  });
}

function noHost(context: Context, dbss: DbssState): void {
  leaveFailedHostsOut(context, dbss);
  forgetProblem(context, dbss.target);
  dbss.host = undefined;
  dbss.phase = 'waiting';
  context.setTimer(`create:${dbss.name}`, context.state.configuration.timing.interval_ms);
}

function hostFailed(context: Context, dbss: DbssState, host: string, reason: string): void {
  dbss.failedHosts.couldNotCreate = true;
  nextHost(context, dbss, host, reason);
}

/** A host that could not do it is left out; the next best tries. */
function nextHost(context: Context, dbss: DbssState, host: string, reason: string): void {
  context.log(logLines.creationFailed(dbss.name, virtualServerName(dbss.target), host, reason));
  discardVirtualServer(context, dbss, host);
  dbss.failedHosts.names.push(host);
  dbss.host = undefined;
  dbss.phase = 'selecting';
  const data = dataOf(context.state.files, dbss.target);
  if (data !== undefined && dbss.loadOutstanding.length === 0) selectHost(context, dbss, data);
}
