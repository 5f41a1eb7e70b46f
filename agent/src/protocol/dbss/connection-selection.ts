import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { type OperationRecord, parseOperation } from '../management-files/operation.ts';
import { targetsToExamine } from '../monitoring/dual-monitoring.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { type DbssPhase, type DbssState, dbssName, newDbss } from './dbss-state.ts';

/**
 * Dynamic management extension (§4.1, §4.2): start a DBSS for each target that the operation file gives to this server, and for those after a
 * server whose heartbeat is missing. The latter is the ring's: the other methods know more failures only by their own examinations.
 */
export function extendManagement(context: Context): void {
  if (context.state.configuration.method !== 'ring') {
    startDbssOfOperationFile(context);
    return;
  }
  const stale = staleServers(context);
  const targets = targetsToExamine(parseGroup(context.state.files?.group ?? ''), context.self, stale);
  const missing = targets.filter((target) => stale.has(target));
  for (const target of missing) {
    if (!context.state.missingHeartbeats.includes(target)) context.log(logLines.heartbeatMissing(dbssName(target, context.self), target));
  }
  context.state.missingHeartbeats = missing;
  for (const target of targets) startDbss(context, target);
}

/**
 * Start the DBSSs that the operation file asks for and that do not run yet, and give those that only monitor the priority that it says.
 * @returns those that did not run with this priority before
 */
export function startDbssOfOperationFile(context: Context): DbssState[] {
  return ownRecords(context).flatMap(({ target, priority }) => {
    const running = context.state.dbss[dbssName(target, context.self)];
    if (running !== undefined && (running.priority === priority || !MONITORING.includes(running.phase))) return [];
    const dbss = startDbss(context, target);
    dbss.priority = priority;
    return [dbss];
  });
}

const MONITORING: readonly DbssPhase[] = ['monitoring', 'examining', 'reexamining'];

/**
 * Automatic connection selection (§4.2), after the monitoring interval: a DBSS whose target the operation file gives to another server ends. One
 * that is recovering its target goes on, because the target is in no operation file until it has returned. A target next to a server whose
 * heartbeat is missing is kept as well.
 */
export function selectConnections(context: Context): void {
  const kept = new Set([...ownRecords(context).map(({ target }) => target), ...targetsOfExtension(context)]);
  for (const dbss of Object.values(context.state.dbss)) {
    if (dbss.phase !== 'monitoring' || kept.has(dbss.target)) continue;
    context.log(logLines.dbssTerminated(dbss.name, 'the operation file gives its target to another server'));
    Reflect.deleteProperty(context.state.dbss, dbss.name);
  }
}

/** The DBSS for `target` here, started if it does not run yet. */
export function startDbss(context: Context, target: string): DbssState {
  const name = dbssName(target, context.self);
  const running = context.state.dbss[name];
  if (running !== undefined) return running;
  context.state.dbss[name] = newDbss(target, context.self, context.serial());
  context.log(logLines.dbssStarted(name));
  return context.state.dbss[name];
}

/** Targets that this server has, in a ring, because the heartbeat of the server before them is missing. */
function targetsOfExtension(context: Context): string[] {
  if (context.state.configuration.method !== 'ring') return [];
  return targetsToExamine(parseGroup(context.state.files?.group ?? ''), context.self, staleServers(context));
}

function ownRecords(context: Context): OperationRecord[] {
  return parseOperation(context.state.files?.operation ?? '').filter((record) => record.manager === context.self);
}
