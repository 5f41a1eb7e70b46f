import type { Context } from '../context.ts';
import { isAboutToRestart } from '../executor/machine-restart-state.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { type DbssState, dbssName } from './dbss-state.ts';
import { examineIfLate } from './external-monitoring.ts';
import { serversBetween } from './managers-between.ts';
import { looksLikeMassFailure } from './mass-failure.ts';
import { dropPreparation } from './preparation.ts';
import { isMember } from '../sem/members.ts';
import { wakeNowAndThen } from '../recovery/waking.ts';
import { startRecovery } from './recovery.ts';
import { isFirstManagerUndecided } from '../p2p/first-manager-examination.ts';
import { actsInstead } from '../p2p/second-manager.ts';

/**
 * Act on the targets that reexaminations found abnormal. A target next in the ring is recovered at once. One that is only examined because the
 * heartbeat of a server before it is missing (dynamic management extension) is recovered when that server was found abnormal too: otherwise it
 * lives, manages the target itself, and two servers would take the target over.
 */
export function settleVerdicts(context: Context): void {
  for (let dbss = nextSettled(context); dbss !== undefined; dbss = nextSettled(context)) {
    const data = dataOf(context.state.files, dbss.target);
    const manager = serverBetween(context, dbss, 'normal');
    const isMine = data !== undefined && manager === undefined && isMember(context, dbss.target) && !leavesItToOthers(context);
    const isMass = isMine && looksLikeMassFailure(context, dbss);
    dbss.held = false;
    if (dbss.priority === 2 && !actsInstead(context, dbss)) continue;
    if (isMine && !isMass) {
      if (!examineIfLate(context, dbss, data)) startRecovery(context, dbss, data);
      continue;
    }
    if (isMass && dbss.problem === 'network') wakeNowAndThen(context, dbss.target, data.mac);
    if (!isMass) context.log(logLines.leftToManager(dbss.name, manager ?? (leavesItToOthers(context) ? RESTARTER : SEPARATOR)));
    dropPreparation(context, dbss);
    dbss.phase = 'monitoring';
    dbss.problem = undefined;
  }
}

const SEPARATOR = 'the server that separated it';
const RESTARTER = 'a server that is not about to restart';

/**
 * This machine goes down and is out of the others' group. Where a majority is asked, a lease lets one of two managers' virtual servers have the address, and the first one is
 * the quicker; where nobody is, both would have it.
 */
function leavesItToOthers({ state }: Context): boolean {
  return isAboutToRestart(state) && state.configuration.quorum === 'none';
}

function nextSettled(context: Context): DbssState | undefined {
  return Object.values(context.state.dbss).find(
    (dbss) =>
      dbss.held &&
      !isFirstManagerUndecided(dbss) &&
      (serverBetween(context, dbss, 'undecided') === undefined || serverBetween(context, dbss, 'normal') !== undefined),
  );
}

/** A server of the group between this one and the target about which this one knows, or does not know yet, that it is well and can manage the target. */
function serverBetween(context: Context, { target, managers }: DbssState, wanted: 'normal' | 'undecided'): string | undefined {
  return serversBetween(context, target).find((server) => {
    if (wanted === 'normal' && managers.away.includes(server)) return false;
    const between = context.state.dbss[dbssName(server, context.self)];
    // It has just returned and manages nobody before the next interval: this server does, as it did when the interval began.
    if (wanted === 'normal' && between !== undefined && between.examination_mono_ms === undefined) return false;
    return (between?.phase === 'examining' || between?.phase === 'reexamining') === (wanted === 'undecided');
  });
}
