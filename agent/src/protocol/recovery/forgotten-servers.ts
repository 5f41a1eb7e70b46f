import type { Context } from '../context.ts';
import { startDbss } from '../dbss/connection-selection.ts';
import { releaseTargetAddress } from '../dbss/host-selection.ts';
import { serversBetween } from '../dbss/managers-between.ts';
import { dbssName } from '../dbss/dbss-state.ts';
import { problemOf } from '../dbss/record-edits.ts';
import { isMember } from '../sem/members.ts';
import { beginReturn } from '../dbss/return-to-normal.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { recovererOf } from './recoverer.ts';
import { startRecoveryJob } from './recovery-job.ts';

/** A server that says hello for this many intervals is returned by nobody else. */
const PATIENCE_INTERVALS = 3;

/**
 * Servers that are up but wait for their files, and say so. Separated ones came back after their DBSS had ended with down.file, or their manager
 * failed while it waited; members lost the end of their return. The paper ends the DBSS then; an administrator who repairs a server expects it back
 * in the ring. The server that manages it, or recovered it, takes it up.
 */
export function takeUpForgottenServers(context: Context): void {
  const { state } = context;
  const patience_ms = state.configuration.timing.interval_ms * PATIENCE_INTERVALS;
  const group = parseGroup(state.files?.group ?? '');
  const known = [...group, ...parseGroup(state.files?.separation ?? '')];
  for (const [server, heard] of Object.entries(state.hellos)) {
    const record = known.find((candidate) => candidate.server === server);
    const silent = context.now.mono_ms - heard.last_mono_ms > patience_ms;
    if (record === undefined || silent) {
      Reflect.deleteProperty(state.hellos, server);
      continue;
    }
    if (heard.last_mono_ms - heard.first_mono_ms < patience_ms) continue;
    if (isMember(context, server)) {
      if (isManagedHere(context, server)) finishReturn(context, server);
    } else if (recovererOf(context, record) === context.self) watchSeparated(context, server);
  }
}

/** Nobody between this server and that one can manage it: they wait for files as well, or their heartbeat is missing. */
function isManagedHere(context: Context, server: string): boolean {
  const stale = staleServers(context);
  return serversBetween(context, server).every((between) => between in context.state.hellos || stale.has(between));
}

/** A member without files: external monitoring finds it normal, or its DBSS would not be monitoring. It gets what the end of A6 gives. */
function finishReturn(context: Context, server: string): void {
  const dbss = startDbss(context, server);
  if (dbss.phase !== 'monitoring') return;
  context.log(logLines.waitsForFiles(dbss.name));
  dbss.serial = context.serial();
  dbss.host = undefined;
  beginReturn(context, dbss, 'take-own-address');
}

function watchSeparated(context: Context, server: string): void {
  const { poll_ms } = context.state.configuration.timing;
  const name = dbssName(server, context.self);
  const running = context.state.dbss[name];
  // A DBSS that still looks for a host for the virtual server has given the target up: now it is up.
  if (running !== undefined && running.job?.report !== 'down.file') return;
  const dbss = running ?? startDbss(context, server);
  context.logBackground(logLines.cameBack(name));
  startRecoveryJob(context, dbss, { begin: 'watch', pause_ms: poll_ms });
  if (running !== undefined) return;
  const problem = problemOf(context, server);
  dbss.phase = 'waiting';
  dbss.host = problem?.host;
  dbss.virtualServerServes = problem !== undefined;
  // It is up: should its virtual server need another host, its address is free.
  releaseTargetAddress(context, dbss);
  if (problem === undefined) context.setTimer(`create:${name}`, 0);
}
