import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { isMember } from '../sem/members.ts';
import type { DbssState } from './dbss-state.ts';

/** The first time an interval later, and after twice the time with each further one: what fails on every host most likely goes on failing. */
const MOST_INTERVALS = 32;

/** The longest time, in milliseconds, for which hosts that all failed are left out. */
export function longestPause_ms(interval_ms: number): number {
  return MOST_INTERVALS * interval_ms;
}

/**
 * There is no host but those that failed: each of their standbys would be resumed and reset again, and missing meanwhile for the next server that fails. A host that
 * has not failed yet is looked for all the time.
 */
export function leaveFailedHostsOut(context: Context, dbss: DbssState): void {
  const { failedHosts } = dbss;
  if (failedHosts.names.length === 0) {
    context.log(logLines.noHost(dbss.name));
    return;
  }
  if (failedHosts.again !== undefined) return;
  const { interval_ms } = context.state.configuration.timing;
  const pause_ms = failedHosts.couldNotCreate
    ? Math.min(interval_ms * 2 ** failedHosts.exhausted, longestPause_ms(interval_ms))
    : interval_ms;
  if (failedHosts.couldNotCreate) failedHosts.exhausted += 1;
  failedHosts.again = { mono_ms: context.now.mono_ms + pause_ms, unix_ms: context.now.unix_ms + pause_ms };
  context.log(logLines.allHostsFailed(dbss.name, failedHosts.names.join(', '), pause_ms));
}

/** Before a host is selected: one that has left the group is another one when it is back, and hosts whose pause is over may try again. */
export function admitFailedHosts(context: Context, { failedHosts }: DbssState): void {
  failedHosts.names = failedHosts.names.filter((name) => isMember(context, name));
  if (failedHosts.again === undefined || context.now.mono_ms < failedHosts.again.mono_ms) return;
  failedHosts.names = [];
  failedHosts.couldNotCreate = false;
  failedHosts.again = undefined;
}
