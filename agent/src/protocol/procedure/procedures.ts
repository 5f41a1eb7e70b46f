import type { Context } from '../context.ts';
import { emptyRecord } from '../empty-record.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { otherMembers } from '../sem/members.ts';
import { captureEnded, sealedAnew, survey, surveyEnded, surveyEvery_ms } from './capture.ts';
import type { ProcedurePurpose } from './procedure-purpose.ts';
import {
  exchangeInTurn,
  fetchNext,
  procedureFetched,
  procedureRead,
  proceduresAnswered,
  procedureStored,
  tellProcedures,
} from './replication.ts';

/** After so many looks at the configuration the versions on this disk are compared with another server's. */
const SURVEYS_BETWEEN_EXCHANGES = 6;

/**
 * Installation procedure files (§3.1), from the start of the management program on: this server captures its own when its configuration has changed, and every
 * server has those of all. Whoever comes back asks the others first.
 */
export function startProcedures(context: Context): void {
  Object.assign(context.state.procedures, { wanted: emptyRecord(), fetching: undefined });
  listProcedures(context);
  context.setTimer('procedure', surveyEvery_ms(context));
}

export function stopProcedures(context: Context): void {
  context.cancelTimer('procedure');
  context.cancelTimer('procedure:fetch');
  context.state.procedures.drift = undefined;
}

/** The `procedure` timer, which comes early when keys were changed, and `procedure:fetch`. */
export function procedureTimer(context: Context, name: string): void {
  const { procedures, executor } = context.state;
  if (executor.phase !== 'running') return;
  if (name === 'fetch') {
    fetchNext(context);
    return;
  }
  context.setTimer('procedure', surveyEvery_ms(context));
  if (!procedures.listed) {
    listProcedures(context);
    return;
  }
  procedures.surveys += 1;
  survey(context);
  if (procedures.surveys % SURVEYS_BETWEEN_EXCHANGES === 0) exchangeInTurn(context, procedures.surveys / SURVEYS_BETWEEN_EXCHANGES);
}

export function procedureWorkDone(context: Context, purpose: ProcedurePurpose, outcome: Outcome): void {
  switch (purpose.work) {
    case 'list':
      listed(context, outcome);
      return;
    case 'survey':
      surveyEnded(context, outcome);
      return;
    case 'capture':
      captureEnded(context, outcome);
      return;
    case 'seal':
      sealedAnew(context, outcome);
      return;
    case 'exchange':
      proceduresAnswered(context, purpose.server, outcome);
      return;
    case 'fetch':
      procedureFetched(context, purpose.server, outcome);
      return;
    case 'store':
      procedureStored(context, purpose.server, outcome);
      return;
    case 'read':
      procedureRead(context, purpose.server, outcome);
  }
}

/** What the host had to say about the procedure that it applied: a version that does not work there; or that none could be applied. */
export function procedureApplied(context: Context, target: string, notes: readonly string[]): void {
  const { unapplied } = context.state.procedures;
  for (const note of notes) context.log(note);
  const [first] = notes;
  if (first === undefined) Reflect.deleteProperty(unapplied, target);
  else unapplied[target] = first;
}

function listProcedures(context: Context): void {
  context.emit({ kind: 'list-procedures', request: context.request({ for: 'procedure', work: 'list' }) });
}

function listed(context: Context, outcome: Outcome): void {
  const { procedures, executor } = context.state;
  if (outcome.kind === 'failed') context.log(logLines.effectFailed('Looking for installation procedures', outcome.reason));
  if (outcome.kind !== 'procedure' || outcome.product.kind !== 'listed') return;
  procedures.have = emptyRecord();
  for (const stamp of outcome.product.stamps) procedures.have[stamp.server] = stamp;
  procedures.listed = true;
  if (executor.phase === 'running') for (const to of otherMembers(context)) tellProcedures(context, to);
}
