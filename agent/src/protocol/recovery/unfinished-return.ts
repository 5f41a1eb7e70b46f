import type { Context } from '../context.ts';
import { type AnswerOrReason, askServer } from '../dbss/ask.ts';
import { servesFor } from '../dbss/capacity-acquisition.ts';
import { startDbss } from '../dbss/connection-selection.ts';
import type { DbssState } from '../dbss/dbss-state.ts';
import { recordProblem, separate } from '../dbss/record-edits.ts';
import { resumeRecovery } from '../dbss/resumption.ts';
import { beginReturn } from '../dbss/return-to-normal.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { virtualServerName } from '../management-files/problem.ts';
import { isMember } from '../sem/members.ts';

/**
 * A member waits for its files: it gets what the end of A6 gives. Before that all are asked whether a virtual server serves for it: whoever had it made may have
 * been separated itself, so that its edits were not accepted, and have forgotten it in its restart. One that could not take its address is examined first, and
 * recovered where its function is away.
 */
export function finishReturn(context: Context, server: string): void {
  const dbss = startDbss(context, server);
  if (dbss.phase !== 'monitoring' || dbss.failedReturns > 0) return;
  context.log(logLines.waitsForFiles(dbss.name));
  dbss.serial = context.serial();
  dbss.phase = 'searching';
  dbss.host = undefined;
  const { answer_ms } = context.state.configuration.timing;
  const members = parseGroup(context.state.files?.group ?? '').map((record) => record.server);
  dbss.outstanding = members.filter((member) => member !== server);
  for (const to of dbss.outstanding) askServer(context, dbss, { to, message: { kind: 'load' }, asked: 'search', timeout_ms: answer_ms });
  if (dbss.outstanding.length === 0) searched(context, dbss);
}

/**
 * One member said what its standby does, or did not answer. Where a virtual server serves, nothing takes the address from it before the target is seen to be well: it
 * is a recovery like any other, and is taken up as one.
 */
export function standbyKnown(context: Context, dbss: DbssState, member: string, answer: AnswerOrReason): void {
  if (dbss.phase !== 'searching' || !dbss.outstanding.includes(member)) return;
  dbss.outstanding = dbss.outstanding.filter((other) => other !== member);
  if (typeof answer !== 'string' && answer.kind === 'load' && answer.standby_target === dbss.target) {
    if (!servesFor(dbss, answer)) {
      // Another manager recovers the target at this moment.
      leaveToOthers(dbss);
      return;
    }
    dbss.host = member;
  }
  if (dbss.outstanding.length === 0) searched(context, dbss);
}

function searched(context: Context, dbss: DbssState): void {
  const { target, host } = dbss;
  if (!isMember(context, target) || !(target in context.state.hellos)) {
    // Another server has seen to it meanwhile.
    leaveToOthers(dbss);
  } else if (host === undefined || !isMember(context, host)) {
    dbss.host = undefined;
    beginReturn(context, dbss, 'take-own-address');
  } else {
    context.log(logLines.servesAlready(dbss.name, virtualServerName(target), host));
    separate(context, target);
    recordProblem(context, target, host);
    resumeRecovery(context, target);
  }
}

function leaveToOthers(dbss: DbssState): void {
  dbss.phase = 'monitoring';
  dbss.outstanding = [];
  dbss.host = undefined;
}
