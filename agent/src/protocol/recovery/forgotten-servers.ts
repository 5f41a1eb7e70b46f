import type { Context } from '../context.ts';
import { startDbss } from '../dbss/connection-selection.ts';
import { releaseTargetAddress, selectHostAnew } from '../dbss/host-selection.ts';
import { serversBetween } from '../dbss/managers-between.ts';
import { dbssName } from '../dbss/dbss-state.ts';
import { problemOf } from '../dbss/record-edits.ts';
import { isMember } from '../sem/members.ts';
import { isAboutToRestart } from '../executor/machine-restart-state.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { parseOperation } from '../management-files/operation.ts';
import { isManagementServer } from '../method/managers.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { recovererOf } from './recoverer.ts';
import { startRecoveryJob } from './recovery-job.ts';
import { finishReturn } from './unfinished-return.ts';

/** Who has said nothing for so many intervals is not there any more. */
const SILENT_INTERVALS = 3;

/**
 * Servers that nobody returns although the paper's DBSS is done with them. Members that wait for their files, and say so, have lost the end of their return: the
 * server that manages them gives it to them. Separated ones have been given up (down.file): who recovered them goes on watching them and their virtual
 * servers. A repair may take days, and an administrator who has repaired a server expects it back in the ring.
 */
export function takeUpForgottenServers(context: Context): void {
  const { state } = context;
  // What a server does that is separated or goes down, nobody accepts, and another one has the task.
  if (!isMember(context, context.self) || isAboutToRestart(state)) return;
  const group = parseGroup(state.files?.group ?? '');
  const separated = parseGroup(state.files?.separation ?? '').filter((record) => recovererOf(context, record) === context.self);
  for (const { server } of separated) if (state.dbss[dbssName(server, context.self)] === undefined) watchGivenUp(context, server);
  for (const [server, heard] of Object.entries(state.hellos)) {
    if (context.now.mono_ms - heard.last_mono_ms > state.configuration.timing.interval_ms * SILENT_INTERVALS) {
      Reflect.deleteProperty(state.hellos, server);
      if (separated.some((record) => record.server === server)) recoverOnceMore(context, server);
    } else if (group.some((record) => record.server === server) && isManagedHere(context, server)) {
      finishReturn(context, server);
    }
  }
}

/**
 * Nobody with more right to it can give that server its files: those between this one and it in a ring, the one with priority 1 in the P2P method, and for a
 * dedicated management server, which nobody manages, the members before this one. Such a server waits for files as well, or its heartbeat is missing.
 */
function isManagedHere(context: Context, server: string): boolean {
  const { configuration, files } = context.state;
  const stale = staleServers(context);
  const isAway = (other: string): boolean => other in context.state.hellos || stale.has(other);
  switch (configuration.method) {
    case 'ring':
      return serversBetween(context, server).every(isAway);
    case 'p2p':
    case 'dedicated': {
      const group = parseGroup(files?.group ?? '');
      const managers = isManagementServer(configuration, server)
        ? group.map((record) => record.server).filter((other) => other !== server)
        : managersByPriority(files?.operation ?? '', server);
      return managers.find((other) => !isAway(other)) === context.self;
    }
  }
}

function managersByPriority(operation: string, server: string): readonly string[] {
  return parseOperation(operation)
    .filter(({ target }) => target === server)
    .sort((a, b) => a.priority - b.priority)
    .map(({ manager }) => manager);
}

/** Nothing more is done to start it. Its virtual server serves and is watched; where its host is out of the group, another one is looked for. */
function watchGivenUp(context: Context, server: string): void {
  const dbss = startDbss(context, server);
  const host = problemOf(context, server)?.host;
  context.logBackground(logLines.givenUpWatched(dbss.name));
  startRecoveryJob(context, dbss, { begin: 'watch', pause_ms: context.state.configuration.timing.poll_ms });
  dbss.serial = context.serial();
  dbss.phase = 'waiting';
  dbss.host = host !== undefined && isMember(context, host) ? host : undefined;
  dbss.virtualServerServes = dbss.host !== undefined;
  releaseTargetAddress(context, dbss);
  if (dbss.host === undefined) selectHostAnew(context, dbss);
}

/** A target that was given up came back, and went again before it was returned: that is a new failure. */
function recoverOnceMore(context: Context, server: string): void {
  const dbss = context.state.dbss[dbssName(server, context.self)];
  if (dbss?.job?.phase !== 'watching' || dbss.job.report !== undefined) return;
  context.logBackground(logLines.wentAgain(dbss.name));
  startRecoveryJob(context, dbss, { begin: 'restart unless restarted' });
}
