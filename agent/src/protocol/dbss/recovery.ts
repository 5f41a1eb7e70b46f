import type { Context } from '../context.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import { startRecoveryJob } from '../recovery/recovery-job.ts';
import { startDbssOfOperationFile } from './connection-selection.ts';
import { type DbssState, newVirtualServerWatch } from './dbss-state.ts';
import { monitorTarget } from './external-monitoring.ts';
import { releaseTargetAddress, selectHost } from './host-selection.ts';
import { separate } from './record-edits.ts';

/**
 * The reexamination found the target abnormal: edit the management files (A4), manage the target's target, recover the target by a
 * background job, and decide which server creates the virtual server (A5) (§4.2, §4.3).
 */
export function startRecovery(context: Context, dbss: DbssState, data: ManagementData): void {
  separate(context, dbss.target);
  const started = startDbssOfOperationFile(context);
  // The P2P method learns of further failures by examining the new target after this one (§5.3, Fig. 15); the ring knew them before (§4.1).
  if (context.state.configuration.method === 'p2p') for (const next of started) examineNow(context, next);
  dbss.host = undefined;
  dbss.virtualServerServes = false;
  dbss.virtualServerWatch = newVirtualServerWatch();
  dbss.failedReturns = 0;
  dbss.holdDown = undefined;
  // Nobody answers pings there, and during the reexamination nobody answered on the SEM network either.
  const isSilent = dbss.problem === 'network' && dbss.isTargetSilent;
  releaseTargetAddress(context, dbss, isSilent ? 'do not wait' : 'wait');
  startRecoveryJob(context, dbss, { begin: 'restart unless restarted' });
  dbss.phase = 'selecting';
  if (dbss.loadOutstanding.length === 0) selectHost(context, dbss, data);
}

function examineNow(context: Context, dbss: DbssState): void {
  const data = dataOf(context.state.files, dbss.target);
  if (data !== undefined && dbss.phase === 'monitoring') monitorTarget(context, dbss, data);
}
