import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { otherMembers } from '../sem/members.ts';
import { procedureLines } from './procedure-lines.ts';
import type { ProcedureStamp } from './procedure-stamp.ts';
import type { CaptureReport, Survey } from './procedure-work.ts';
import { tellProcedures } from './replication.ts';

/** A capture that failed is tried again after so many looks at the configuration: what was missing may be there. */
const SURVEYS_BETWEEN_TRIES = 6;
/** Looks closer together than this would cost a fast ring more than they are worth. */
const LEAST_SURVEY_MS = 5_000;

/** From one look at the configuration to the next: an interval. */
export function surveyEvery_ms(context: Context): number {
  return Math.max(context.state.configuration.timing.interval_ms, LEAST_SURVEY_MS);
}

/** Look whether this server's configuration is still what was captured. */
export function survey(context: Context): void {
  const { procedures } = context.state;
  if (procedures.surveying || procedures.capturing) return;
  procedures.surveying = true;
  const last = procedures.have[context.self]?.digest;
  context.emit({ kind: 'survey-configuration', request: context.request({ for: 'procedure', work: 'survey' }), last });
}

export function surveyEnded(context: Context, outcome: Outcome): void {
  const { procedures } = context.state;
  procedures.surveying = false;
  if (outcome.kind === 'failed') captureFailed(context, outcome.reason);
  if (outcome.kind !== 'procedure') return;
  const { product } = outcome;
  if (product.kind === 'unreadable') captureFailed(context, product.reason);
  if (product.kind === 'surveyed') surveyed(context, product.survey);
  // A configuration that is not captured, because it does not work or cannot be read, must not cost the version that does.
  if (product.kind === 'surveyed') sealedWith(context, product.survey.seal);
  else if (product.kind === 'unreadable') sealedWith(context, product.seal);
}

/** What was captured last is to be sealed with the keys in force: the others will not be believed for long. */
function sealedWith(context: Context, seal: string): void {
  const { procedures } = context.state;
  const last = procedures.have[context.self];
  if (last !== undefined && last.seal !== seal && !procedures.capturing) sealAnew(context, last);
}

/**
 * A configuration that differs from the last capture is captured when it has stayed the same for a whole interval, its daemons have read it, and a round of
 * internal monitoring that began after that has found network and services normal: what does not work here must not get to the standbys.
 */
function surveyed(context: Context, { digest, seal, differences, unread, notices }: Survey): void {
  const { procedures, internal } = context.state;
  if (notices !== undefined) procedures.notices = [...notices];
  const last = procedures.have[context.self];
  if (last?.digest === digest) {
    procedures.drift = undefined;
    procedures.problem = undefined;
    // What is to be sealed anew is not there any more, or not good: there is the configuration.
    if (last.seal !== seal && procedures.troubles[context.self] !== undefined && !procedures.capturing) capture(context, digest);
    return;
  }
  const { drift } = procedures;
  if (drift?.digest !== digest) {
    procedures.drift = { digest, differences, unread, since_mono_ms: context.now.mono_ms, round: internal.round };
    if (last !== undefined) context.log(procedureLines.drifted(differences));
    return;
  }
  if (unread.length > 0 && unread.join() !== drift.unread.join()) context.log(procedureLines.notRead(unread));
  // A daemon that had not read the change at this look or the one before read it afterwards: no round has tried it that began before this moment.
  const isUntried = unread.length > 0 || drift.unread.length > 0;
  const seen = isUntried ? { since_mono_ms: context.now.mono_ms, round: internal.round } : {};
  procedures.drift = { ...drift, ...seen, differences, unread };
  if (isUntried) return;
  const stable = context.now.mono_ms - drift.since_mono_ms >= context.state.configuration.timing.interval_ms;
  const rested = procedures.problem === undefined || context.now.mono_ms >= procedures.retry_mono_ms;
  if (!stable || !rested || procedures.capturing) return;
  if (isNormal(context) && internal.round > drift.round) capture(context, digest);
  // A round is under way: the next look comes when it has ended, not at the same moment of another one.
  else if (internal.outstanding > 0) context.setTimer('procedure', context.state.configuration.timing.poll_ms);
}

/** An operator's order: now, and also what its daemons have not read yet. `force`: also where the services are not normal. */
export function captureForOperator(context: Context, ticket: string, force: boolean): void {
  const { procedures, executor } = context.state;
  const refuse = (reason: string): void => context.emit({ kind: 'tell-operator', ticket, report: { kind: 'refused', reason } });
  if (executor.phase !== 'running' || !procedures.listed) {
    refuse('the management program does not run here');
    return;
  }
  if (!force && !isNormal(context)) {
    refuse(`internal monitoring does not find this server normal${abnormalServices(context)}`);
    return;
  }
  procedures.tickets.push(ticket);
  if (!procedures.capturing) capture(context, undefined);
}

export function captureEnded(context: Context, outcome: Outcome): void {
  const { procedures } = context.state;
  procedures.capturing = false;
  if (outcome.kind === 'failed') {
    captureFailed(context, outcome.reason);
    return;
  }
  if (outcome.kind !== 'procedure' || outcome.product.kind !== 'captured') return;
  const { stamp, contents } = outcome.product;
  const remarks = contents.notices.filter((notice) => !procedures.notices.includes(notice));
  Object.assign(procedures, { drift: undefined, problem: undefined, notices: [...contents.notices] });
  procedures.have[context.self] = stamp;
  Reflect.deleteProperty(procedures.troubles, context.self);
  context.log(procedureLines.captured(stamp.epoch, stamp.bytes, contents.files));
  for (const remark of remarks) context.log(procedureLines.remark(remark));
  answerOperators(context, { kind: 'captured', stamp, contents });
  tellAll(context);
}

/** The same content as a newer version, under the keys in force: those of its seal will not be believed for long. */
function sealAnew(context: Context, { epoch, digest }: ProcedureStamp): void {
  context.state.procedures.capturing = true;
  context.emit({ kind: 'seal-procedure-anew', request: context.request({ for: 'procedure', work: 'seal' }), epoch: epoch + 1, digest });
}

export function sealedAnew(context: Context, outcome: Outcome): void {
  const { procedures } = context.state;
  procedures.capturing = false;
  if (outcome.kind === 'failed') {
    const line = procedureLines.notSealedAnew(outcome.reason);
    if (procedures.troubles[context.self] !== line) context.log(line);
    procedures.troubles[context.self] = line;
  } else if (outcome.kind === 'procedure' && outcome.product.kind === 'sealed-anew') {
    const { stamp } = outcome.product;
    procedures.have[context.self] = stamp;
    Reflect.deleteProperty(procedures.troubles, context.self);
    context.log(procedureLines.sealedAnew(stamp.epoch));
    tellAll(context);
  }
  if (procedures.tickets.length > 0) capture(context, undefined);
}

function capture(context: Context, expected: string | undefined): void {
  const { procedures } = context.state;
  procedures.capturing = true;
  const epoch = (procedures.have[context.self]?.epoch ?? 0) + 1;
  context.emit({ kind: 'capture-procedure', request: context.request({ for: 'procedure', work: 'capture' }), epoch, expected });
}

function tellAll(context: Context): void {
  for (const to of otherMembers(context)) tellProcedures(context, to);
}

/** Told once: the same reason comes again with each try. */
function captureFailed(context: Context, reason: string): void {
  const { procedures } = context.state;
  if (procedures.problem !== reason) context.log(procedureLines.notCaptured(reason));
  procedures.problem = reason;
  procedures.retry_mono_ms = context.now.mono_ms + SURVEYS_BETWEEN_TRIES * surveyEvery_ms(context);
  answerOperators(context, { kind: 'refused', reason });
}

function answerOperators(context: Context, report: CaptureReport): void {
  for (const ticket of context.state.procedures.tickets.splice(0)) context.emit({ kind: 'tell-operator', ticket, report });
}

function isNormal({ state: { internal } }: Context): boolean {
  return internal.outstanding === 0 && internal.network === true && Object.values(internal.services).every((service) => service);
}

function abnormalServices({ state: { internal } }: Context): string {
  const ill = Object.keys(internal.services).filter((daemon) => internal.services[daemon] === false);
  if (ill.length > 0) return `: ${ill.join(', ')}`;
  return internal.network === false ? ': its network' : '; a round of it may be under way';
}
