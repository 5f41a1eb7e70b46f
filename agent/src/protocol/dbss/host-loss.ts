import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { virtualServerName } from '../management-files/problem.ts';
import type { DbssState } from './dbss-state.ts';
import { selectHostAnew } from './host-selection.ts';
import { forgetProblem } from './record-edits.ts';
import { isMember } from '../sem/members.ts';
import { hostReleasedAddress } from './return-to-normal.ts';

/**
 * The management files have changed: a host that is out of the group has failed itself, and its virtual server with it. Its target's function is
 * recovered on another server (S1 with S2b of Fig. 10(d)); a return does not wait for it.
 */
export function leaveLostHosts(context: Context): void {
  for (const dbss of Object.values(context.state.dbss)) {
    if (dbss.host === undefined || isMember(context, dbss.host)) continue;
    if (dbss.phase === 'creating' || dbss.phase === 'addressing' || dbss.phase === 'waiting') hostLost(context, dbss, dbss.host);
    else if (dbss.phase === 'returning' && dbss.returnStep === 'release-virtual-address') hostReleasedAddress(context, dbss);
  }
}

function hostLost(context: Context, dbss: DbssState, host: string): void {
  context.log(logLines.hostLost(dbss.name, virtualServerName(dbss.target), host));
  forgetProblem(context, dbss.target);
  leaveHost(context, dbss);
}

/** Look for another host; until then nobody serves the target's clients. */
export function leaveHost(context: Context, dbss: DbssState): void {
  dbss.host = undefined;
  dbss.virtualServerServes = false;
  selectHostAnew(context, dbss);
}
