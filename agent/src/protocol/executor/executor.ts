import type { Context } from '../context.ts';
import { startDbssOfOperationFile } from '../dbss/connection-selection.ts';
import { measureLoad } from '../load/load-measurement.ts';
import { logLines } from '../log-lines.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';
import { takeOwnAddressOfMember } from '../recovery/own-address.ts';
import { adoptRunningStandby } from '../recovery/virtual-server.ts';
import { installHere } from '../sem/outbox.ts';
import { startSynchronization, stopSynchronization } from '../synchronization/synchronization.ts';
import { startHello } from './hello.ts';

/**
 * The executor system (§3.2, Fig. 7(a)) looked at the memory disk: without files it stands by, with files it waits for the flag file, with the
 * flag file the management program runs. Files that other hands change under a running program are not taken: only SEM edits them then.
 */
export function memoryDiskSeen(context: Context, files: ManagementFiles | undefined, flag: boolean): void {
  const { executor } = context.state;
  const firstLook = !executor.looked;
  executor.looked = true;
  if (files === undefined) {
    stopProgram(context);
    executor.phase = 'waiting-for-files';
    context.state.files = undefined;
    startHello(context);
  } else if (executor.phase !== 'running') {
    if (executor.phase === 'waiting-for-files') context.log(logLines.filesAcquired());
    context.state.files = files;
    executor.phase = 'waiting-for-flag';
    // Files that lay there before this agent may be out of date: it may have been taken over since, so it claims nothing by them.
    if (!firstLook) takeOwnAddressOfMember(context);
  }
  if (firstLook && context.state.virtualServer.state === 'serving') adoptRunningStandby(context);
  if (files !== undefined && flag) startProgram(context);
  if (files !== undefined && !flag) stopProgram(context);
}

/** A6 on the returned target: its manager sent the management files (Fig. 12). */
export function filesSent(context: Context, files: ManagementFiles): void {
  installHere(context, files);
  if (context.state.executor.phase === 'waiting-for-files') {
    context.state.executor.phase = 'waiting-for-flag';
    context.log(logLines.filesAcquired());
  }
}

/** A6 on the returned target: its manager sent the flag file. Refused with a reason where there is nothing to run. */
export function flagSent(context: Context): string | undefined {
  if (context.state.files === undefined) return 'no management files here';
  context.emit({ kind: 'write-flag' });
  startProgram(context);
  return undefined;
}

function startProgram(context: Context): void {
  if (context.state.executor.phase === 'running') return;
  context.state.executor.phase = 'running';
  context.cancelTimer('hello');
  context.log(logLines.programStarted());
  startDbssOfOperationFile(context);
  measureLoad(context);
  startSynchronization(context);
}

function stopProgram(context: Context): void {
  if (context.state.executor.phase !== 'running') return;
  context.state.executor.phase = 'waiting-for-flag';
  context.log(logLines.programTerminated());
  for (const dbss of Object.values(context.state.dbss)) {
    context.cancelTimer(`job:${dbss.name}`);
    context.cancelTimer(`create:${dbss.name}`);
    context.log(logLines.dbssTerminated(dbss.name, 'the flag file was deleted'));
  }
  context.state.dbss = {};
  stopSynchronization(context);
}
