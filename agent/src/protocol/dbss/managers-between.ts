import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { successors } from '../ring/ring-order.ts';
import { type AnswerOrReason, askServer } from './ask.ts';
import type { DbssState } from './dbss-state.ts';

/** In a ring, servers of the group between this one and a target, the nearest first: one of them that is well manages the target. */
export function serversBetween(context: Context, target: string): string[] {
  if (context.state.configuration.method !== 'ring') return [];
  const group = parseGroup(context.state.files?.group ?? '');
  const own = group.find((record) => record.server === context.self);
  if (own === undefined) return [];
  const after = successors(group, own);
  return after.slice(0, Math.max(0, after.indexOf(target)));
}

/**
 * A server whose network and services answer but whose heartbeat is missing may have an agent that is dead, or no flag file: then it manages nobody. Or its
 * agent is well and something else is not, its service or the gateway. All such servers are asked beside the reexamination: those between say
 * whether they manage the target, and who says that its management program runs is not dead (mass failure). To a server whose SEM cable alone is out nobody
 * answers, so that it takes nothing over.
 */
export function askSilentServers(context: Context, dbss: DbssState): void {
  const outstanding = [...staleServers(context)].filter((server) => server !== dbss.target);
  dbss.managers = { outstanding: [...outstanding], running: [], away: [] };
  for (const to of outstanding) {
    const timeout_ms = context.state.configuration.timing.answer_ms;
    askServer(context, dbss, { to, message: { kind: 'state' }, asked: 'manager-state', timeout_ms });
  }
}

export function silentServerAnswered(dbss: DbssState, server: string, answer: AnswerOrReason): void {
  if (!dbss.managers.outstanding.includes(server)) return;
  dbss.managers.outstanding = dbss.managers.outstanding.filter((other) => other !== server);
  const manages = typeof answer !== 'string' && answer.kind === 'state' && answer.executor === 'running';
  (manages ? dbss.managers.running : dbss.managers.away).push(server);
}
