import type { Context } from '../context.ts';
import { startDbssOfOperationFile } from '../dbss/connection-selection.ts';
import { DBSS_TIMERS } from '../dbss/dbss-state.ts';
import { resumeRecoveries } from '../dbss/orphaned-recoveries.ts';
import { emptyRecord } from '../empty-record.ts';
import type { Event } from '../events.ts';
import { measureLoad } from '../load/load-measurement.ts';
import { logLines } from '../log-lines.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';
import { operationFromGroup } from '../management-files/operation.ts';
import { startProcedures, stopProcedures } from '../procedure/procedures.ts';
import { takeOwnAddressOfMember } from '../recovery/own-address.ts';
import { adoptStandby } from '../recovery/standby-reset.ts';
import { dropFiles, putFilesInForce, takeFilesAsTheyLie, writeDifferences } from '../sem/files-in-force.ts';
import { emptyCopy, writeCopy } from '../sem/local-copy.ts';
import { recordsWithVersions } from '../sem/versions-file.ts';
import { startSynchronization, stopSynchronization } from '../synchronization/synchronization.ts';
import { startHello } from './waiting.ts';

type MemoryDiskSeen = Omit<Event & { kind: 'memory-disk' }, 'kind' | 'now'>;

/**
 * The executor system (§3.2, Fig. 7(a)) looked at the memory disk: without files it stands by, with files it waits for the flag file, with the
 * flag file the management program runs. Files that other hands change under a running program are not taken: only SEM edits them then.
 */
export function memoryDiskSeen(context: Context, { files, flag, versions }: MemoryDiskSeen): void {
  const { executor } = context.state;
  const firstLook = !executor.looked;
  executor.looked = true;
  if (files === undefined) {
    waitForFiles(context);
  } else if (executor.phase === 'running') {
    if (context.state.files !== undefined) writeDifferences(context, files, context.state.files);
  } else {
    if (executor.phase === 'waiting-for-files') context.log(logLines.filesAcquired());
    takeFilesAsTheyLie(context, files, versions);
    executor.phase = 'waiting-for-flag';
    // Files that lay there before this agent may be out of date: it may have been taken over since, so it claims nothing by them.
    if (firstLook) missFlag(context, flag);
    else takeOwnAddressOfMember(context);
  }
  if (firstLook) adoptStandby(context);
  if (files !== undefined && flag) startProgram(context);
  if (files !== undefined && !flag && stopProgram(context)) emptyCopy(context);
}

/** An earlier agent got files, and no flag file before it ended. Who stops the management program by hand leaves no copy on disk (see {@link emptyCopy}). */
function missFlag(context: Context, flag: boolean): void {
  const { executor, restart } = context.state;
  if (flag || restart.copy === undefined) return;
  executor.awaitsFlag = true;
  startHello(context);
}

/** A6 on the returned target: its manager sent the management files (Fig. 12). */
export function filesSent(context: Context, files: ManagementFiles, versions: string): void {
  const { executor, configuration } = context.state;
  // The sender may run another method still: a bootstrap switches the servers one after another.
  const operation = operationFromGroup(files.group, configuration);
  putFilesInForce(context, { ...files, operation }, recordsWithVersions(files, versions));
  if (executor.phase === 'waiting-for-files') {
    executor.phase = 'waiting-for-flag';
    context.log(logLines.filesAcquired());
  }
  executor.awaitsFlag = true;
}

/** A6 on the returned target: its manager sent the flag file. Refused with a reason where there is nothing to run. */
export function flagSent(context: Context): string | undefined {
  if (context.state.files === undefined) return 'no management files here';
  context.emit({ kind: 'write-flag' });
  startProgram(context);
  return undefined;
}

/** The files on the memory disk are gone, or are not valid any more: wait for new ones, and say so. */
export function waitForFiles(context: Context): void {
  stopProgram(context);
  context.state.executor.phase = 'waiting-for-files';
  dropFiles(context);
  startHello(context);
}

function startProgram(context: Context): void {
  const { executor } = context.state;
  if (executor.phase === 'running') return;
  executor.phase = 'running';
  executor.awaitsFlag = false;
  context.state.hellos = emptyRecord();
  context.state.membership = { deniedBy: [], strangers: emptyRecord(), intervals: 0 };
  context.cancelTimer('hello');
  context.log(logLines.programStarted());
  startDbssOfOperationFile(context);
  writeCopy(context);
  measureLoad(context);
  startSynchronization(context);
  startProcedures(context);
  resumeRecoveries(context);
}

/** True when the program ran. */
function stopProgram(context: Context): boolean {
  if (context.state.executor.phase !== 'running') return false;
  context.state.executor.phase = 'waiting-for-flag';
  context.log(logLines.programTerminated());
  for (const dbss of Object.values(context.state.dbss)) {
    for (const timer of DBSS_TIMERS) context.cancelTimer(`${timer}:${dbss.name}`);
    context.log(logLines.dbssTerminated(dbss.name, 'the management program ended'));
  }
  context.state.dbss = emptyRecord();
  stopSynchronization(context);
  stopProcedures(context);
  return true;
}
