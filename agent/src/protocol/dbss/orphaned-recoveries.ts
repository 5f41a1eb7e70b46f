import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { type GroupRecord, parseGroup } from '../management-files/group.ts';
import { nextRecovererOf } from '../method/managers.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { editorOf, recovererOf } from '../recovery/recoverer.ts';
import { isMember } from '../sem/members.ts';
import { DBSS_TIMERS, type DbssPhase, type DbssState } from './dbss-state.ts';
import { discardVirtualServer } from './host-requests.ts';
import { editAnew, problemOf } from './record-edits.ts';
import { resumeRecovery } from './resumption.ts';

/**
 * A recovery does not end with the server that does it (Fig. 10(d)): when that one is out of the group, the server that would manage the target takes it
 * up, by editing the target's record in its own name. A predecessor that returns finds another's name there.
 */
export function takeUpOrphans(context: Context): void {
  for (const record of separatedServers(context)) {
    if (recovererOf(context, record) === context.self && editorOf(context, record.server) !== context.self) takeUp(context, record);
  }
}

/**
 * Each interval: a server that recovers others may be well and its management program not run, because its flag file was deleted. It is not separated, so its
 * recoveries stay its own. Who would manage the target without it asks it, when its heartbeat is missing.
 */
export function askSilentRecoverers(context: Context): void {
  const stale = staleServers(context);
  const silent = new Set(
    separatedServers(context).flatMap((record) => (isNextRecoverer(context, record) ? [editorOf(context, record.server)] : [])),
  );
  for (const to of silent) {
    if (!stale.has(to)) continue;
    const { answer_ms } = context.state.configuration.timing;
    context.call(to, { kind: 'state' }, answer_ms, { for: 'recoverer', server: to });
  }
}

/** One that does not answer may recover others all the same. */
export function recovererAnswered(context: Context, recoverer: string, outcome: Outcome): void {
  if (outcome.kind !== 'answer' || outcome.answer.kind !== 'state' || outcome.answer.executor === 'running') return;
  for (const record of separatedServers(context)) {
    if (editorOf(context, record.server) === recoverer && isNextRecoverer(context, record)) takeUp(context, record);
  }
}

/** Whether this server would recover a target if the member that does were not there. */
function isNextRecoverer(context: Context, record: GroupRecord): boolean {
  const editor = editorOf(context, record.server);
  if (editor === context.self || !isMember(context, editor)) return false;
  const others = parseGroup(context.state.files?.group ?? '').filter(({ server }) => server !== editor);
  return nextRecovererOf(context.state.configuration, others, record) === context.self;
}

/**
 * The management program starts on a server that recovers others: its agent was restarted, or its flag file was away, in the middle of it. What was done
 * until then is not remembered but looked at.
 */
export function resumeRecoveries(context: Context): void {
  for (const record of separatedServers(context)) {
    if (recovererOf(context, record) === context.self) takeUp(context, record);
  }
}

/** Recover a separated server from now on, whoever did before. */
export function takeUp(context: Context, record: GroupRecord): void {
  if (editorOf(context, record.server) !== context.self) editAnew(context, record.server);
  resumeRecovery(context, record.server);
}

/** Records have come: a recovery that another server has taken up, or ended, is not this one's any more. */
export function leaveSupersededRecoveries(context: Context): void {
  for (const dbss of Object.values(context.state.dbss)) {
    const editor = editorOf(context, dbss.target);
    if (editor === context.self || !ENDED_BY[isMember(context, dbss.target) ? 'return' : 'separation'].includes(dbss.phase)) continue;
    leave(context, dbss, editor);
  }
}

/** Phases that end when another server returns the target, and when another separates it or recovers it. */
const ENDED_BY: Readonly<Record<'return' | 'separation', readonly DbssPhase[]>> = {
  return: ['selecting', 'creating', 'addressing', 'waiting'],
  separation: ['selecting', 'creating', 'addressing', 'waiting', 'returning'],
};

function leave(context: Context, dbss: DbssState, editor: string): void {
  for (const timer of DBSS_TIMERS) context.cancelTimer(`${timer}:${dbss.name}`);
  const { host } = dbss;
  if (host !== undefined && problemOf(context, dbss.target)?.host !== host) discardVirtualServer(context, dbss, host);
  context.log(logLines.dbssTerminated(dbss.name, `${editor} recovers its target`));
  Reflect.deleteProperty(context.state.dbss, dbss.name);
}

function separatedServers(context: Context): readonly GroupRecord[] {
  return isMember(context, context.self) ? parseGroup(context.state.files?.separation ?? '') : [];
}
