import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import type { MethodConfiguration } from '../method/method.ts';
import type { AnswerOrReason } from './ask.ts';
import { askServer } from './ask.ts';
import type { Answer } from '../sem/messages.ts';
import type { DbssState } from './dbss-state.ts';

/** A3 of Fig. 12: ask every management server but the target for its remaining capacity values. A dedicated one creates all virtual servers itself (§2.1). */
export function acquireCapacities(context: Context, dbss: DbssState): void {
  const { state } = context;
  dbss.candidates = [];
  dbss.servingAlready = undefined;
  const servers = parseGroup(state.files?.group ?? '')
    .map((record) => record.server)
    .filter((server) => server !== dbss.target && mayCreate(state.configuration, server));
  dbss.loadOutstanding = [...servers];
  for (const to of servers) {
    askServer(context, dbss, { to, message: { kind: 'load' }, asked: 'load', timeout_ms: state.configuration.timing.answer_ms });
  }
}

/**
 * One server's capacity came, or did not. Only a server with a suspended standby can create the virtual server, or one that has begun it for another manager. True when a selection
 * that waits for the capacities can go on.
 */
export function capacityAcquired(dbss: DbssState, server: string, answer: AnswerOrReason): boolean {
  if (!dbss.loadOutstanding.includes(server)) return false;
  dbss.loadOutstanding = dbss.loadOutstanding.filter((other) => other !== server);
  if (typeof answer !== 'string' && answer.kind === 'load' && servesFor(dbss, answer)) dbss.servingAlready = server;
  if (typeof answer !== 'string' && answer.kind === 'load' && isUsable(dbss, answer)) {
    const begun = answer.standby !== 'suspended';
    dbss.candidates.push({ server, remaining: answer.remaining, virtual_servers: answer.virtual_servers, begun });
  }
  return dbss.loadOutstanding.length === 0 && dbss.phase === 'selecting';
}

function mayCreate({ method, management_server }: MethodConfiguration, server: string): boolean {
  return method !== 'dedicated' || server === management_server;
}

/** Whether the standby that an answer tells of is the virtual server of this target and has its address. */
export function servesFor({ target }: DbssState, { standby, standby_target }: Answer & { kind: 'load' }): boolean {
  return standby === 'serving' && standby_target === target;
}

function isUsable({ target }: DbssState, { standby, standby_target }: Answer & { kind: 'load' }): boolean {
  return standby === 'suspended' || ((standby === 'creating' || standby === 'created') && standby_target === target);
}
