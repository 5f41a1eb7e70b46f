import type { Context } from '../context.ts';
import type { DbssState } from '../dbss/dbss-state.ts';
import { takeUp } from '../dbss/orphaned-recoveries.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { isMember } from '../sem/members.ts';
import { examineFirstManager, firstManagerNow, isFirstManagerAbnormal } from './first-manager-examination.ts';
import { newFirstManagerWatch } from './first-manager-watch.ts';
import { monitorAgain } from './monitor-again.ts';

/** The target was found abnormal: what the server with priority 2 does about it. True when it recovers the target in the place of the other one. */
export function actsInstead(context: Context, dbss: DbssState): boolean {
  if (isMember(context, dbss.target) && isFirstManagerAbnormal(dbss)) {
    actWithPriority1(context, dbss);
    return true;
  }
  dbss.phase = 'awaiting';
  context.log(
    logLines.awaitsFirstManager(dbss.name, dbss.firstManager.server ?? firstManagerNow(context, dbss.target) ?? 'the other manager'),
  );
  return false;
}

/**
 * Each interval: while the target is separated, the server that recovers it is examined. A target that is a member again, or still, is monitored as before: the
 * U.file may have been lost, or the other server has found it normal.
 */
export function attendRecoveriesOfOthers(context: Context): void {
  for (const dbss of Object.values(context.state.dbss)) {
    if (dbss.phase !== 'awaiting') continue;
    if (isMember(context, dbss.target)) monitorAgainWithDoubts(dbss);
    else examineFirstManager(context, dbss);
  }
}

/** The target is not recovered yet. What speaks against the server with priority 1 counts in the next interval too, unless the target is found normal. */
function monitorAgainWithDoubts(dbss: DbssState): void {
  const { server, doubts } = dbss.firstManager;
  monitorAgain(dbss);
  dbss.firstManager = { ...newFirstManagerWatch(), server, doubts };
}

/** The examination of the server with priority 1 is over while this one waits for its U.file or D.file. */
export function firstManagerExamined(context: Context, dbss: DbssState): void {
  if (dbss.phase !== 'awaiting' || !isFirstManagerAbnormal(dbss)) return;
  const record = parseGroup(context.state.files?.separation ?? '').find(({ server }) => server === dbss.target);
  if (record === undefined || firstManagerNow(context, dbss.target) !== dbss.firstManager.server) return;
  actWithPriority1(context, dbss);
  takeUp(context, record);
}

function actWithPriority1(context: Context, dbss: DbssState): void {
  context.log(logLines.actsWithPriority1(dbss.name, dbss.firstManager.server ?? ''));
  dbss.priority = 1;
  dbss.firstManager = newFirstManagerWatch();
}
