import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import { serviceOf } from '../ring/services-of.ts';
import { acquireCapacities } from './capacity-acquisition.ts';
import type { DbssState, ProblemKind } from './dbss-state.ts';

/**
 * External monitoring (§4.1, Fig. 12): the network by the real IP address first, then each service by the virtual IP address, which is
 * what clients use. `phase` says whether this is the examination or the reexamination.
 */
export function examineTarget(context: Context, dbss: DbssState, data: ManagementData, phase: 'examining' | 'reexamining'): void {
  const { timing } = context.state.configuration;
  dbss.phase = phase;
  dbss.examination_mono_ms = context.now.mono_ms;
  dbss.abnormalServices = [];
  dbss.outstanding = ['network'];
  const request = context.request({ for: 'dbss', name: dbss.name, asked: 'network', subject: phase });
  context.emit({ kind: 'ping', request, address: data.realIp, timeout_ms: timing.network_examination_ms });
}

/** What an examination has come to: `abnormal` when the reexamination found the problem again. */
export type Verdict = 'unfinished' | 'normal' | 'detected' | 'abnormal';

export function networkExamined(context: Context, dbss: DbssState, data: ManagementData, reachable: boolean): Verdict {
  dbss.outstanding = [];
  if (!reachable) return problemFound(context, dbss, data, 'network');
  const { configuration } = context.state;
  for (const daemon of data.daemons) {
    const service = serviceOf(configuration, dbss.target, daemon);
    if (service === undefined) continue;
    dbss.outstanding.push(daemon);
    const request = context.request({ for: 'dbss', name: dbss.name, asked: 'service', subject: daemon });
    const timeout_ms = configuration.timing.service_examination_ms;
    context.emit({ kind: 'check-service', request, address: data.virtualIp, service, timeout_ms });
  }
  return dbss.outstanding.length === 0 ? examinedNormal(context, dbss) : 'unfinished';
}

export function serviceExamined(
  context: Context,
  dbss: DbssState,
  data: ManagementData,
  result: { daemon: string; failure: string | undefined },
): Verdict {
  dbss.outstanding = dbss.outstanding.filter((daemon) => daemon !== result.daemon);
  if (result.failure !== undefined) dbss.abnormalServices.push(`${result.daemon}: ${result.failure}`);
  if (dbss.outstanding.length > 0) return 'unfinished';
  return dbss.abnormalServices.length > 0 ? problemFound(context, dbss, data, 'service') : examinedNormal(context, dbss);
}

function examinedNormal(context: Context, dbss: DbssState): Verdict {
  if (dbss.phase === 'reexamining') context.log(logLines.normalByReexamination(dbss.name));
  dbss.phase = 'monitoring';
  dbss.problem = undefined;
  return 'normal';
}

function problemFound(context: Context, dbss: DbssState, data: ManagementData, problem: ProblemKind): Verdict {
  if (dbss.phase === 'examining') {
    detected(context, dbss, data, problem);
    return 'detected';
  }
  dbss.problem = problem;
  context.log(
    problem === 'network' ? logLines.networkProblemReexamined(dbss.name) : logLines.serviceProblemReexamined(dbss.name),
  );
  return 'abnormal';
}

/** First finding: acquire the predicted loads (A3) while the target is examined again. */
function detected(context: Context, dbss: DbssState, data: ManagementData, problem: ProblemKind): void {
  const duration_ms = context.now.mono_ms - dbss.examination_mono_ms;
  dbss.problem = problem;
  dbss.detected_mono_ms = context.now.mono_ms;
  context.log(
    problem === 'network'
      ? logLines.networkProblemDetected(dbss.name, duration_ms)
      : logLines.serviceProblemDetected(dbss.name, duration_ms, dbss.abnormalServices.join(', ')),
  );
  dbss.failedHosts = [];
  acquireCapacities(context, dbss);
  examineTarget(context, dbss, data, 'reexamining');
}
