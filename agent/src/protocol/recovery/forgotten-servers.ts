import type { Context } from '../context.ts';
import { startDbss } from '../dbss/connection-selection.ts';
import { dbssName } from '../dbss/dbss-state.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { parseProblem } from '../management-files/problem.ts';
import { managerOf } from '../ring/ring-order.ts';
import { startRecoveryJob } from './recovery-job.ts';

/** A separated server that says so for this many intervals is returned by nobody else. */
const PATIENCE_INTERVALS = 3;

/**
 * Return separated servers that came back after their DBSS had ended with down.file, or whose manager failed while it waited. The paper ends
 * the DBSS then; an administrator who repairs a server expects it back in the ring. The server that would manage it takes it up.
 */
export function takeUpForgottenServers(context: Context): void {
  const { state } = context;
  const patience_ms = state.configuration.timing.interval_ms * PATIENCE_INTERVALS;
  const separated = parseGroup(state.files?.separation ?? '');
  for (const [server, heard] of Object.entries(state.hellos)) {
    const record = separated.find((known) => known.server === server);
    const silent = context.now.mono_ms - heard.last_mono_ms > patience_ms;
    if (record === undefined || silent) {
      Reflect.deleteProperty(state.hellos, server);
      continue;
    }
    if (heard.last_mono_ms - heard.first_mono_ms < patience_ms) continue;
    if (managerOf(parseGroup(state.files?.group ?? ''), record) !== context.self) continue;
    takeUp(context, server);
  }
}

function takeUp(context: Context, server: string): void {
  const name = dbssName(server, context.self);
  if (context.state.dbss[name] !== undefined) return;
  const dbss = startDbss(context, server);
  const problem = parseProblem(context.state.files?.problem ?? '').find((record) => record.target === server);
  dbss.phase = 'waiting';
  dbss.host = problem?.host;
  dbss.virtualServerServes = problem !== undefined;
  dbss.creationFinished = true;
  context.logBackground(logLines.cameBack(name));
  startRecoveryJob(context, dbss, 'watching');
}
