import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import type { Answer } from '../sem/messages.ts';
import { otherMembers } from '../sem/members.ts';
import { refused } from '../sem/refused.ts';

/**
 * The P2P method's synchronization (§2.3): the monitoring times of all management servers follow S.file, which one of them broadcasts at the beginning of each
 * interval. Here it is the first of the group file. Where it is not heard in time, a server goes on by its own clock.
 */
export function broadcastSynchronizationFile(context: Context): void {
  const { configuration } = context.state;
  if (configuration.method !== 'p2p' || synchronizer(context) !== context.self) return;
  for (const to of otherMembers(context)) context.call(to, { kind: 's-file' }, configuration.timing.answer_ms, { for: 'nothing' });
}

/** Whether this server's intervals follow the S.file of another one. */
export function followsSynchronizationFile(context: Context): boolean {
  const first = synchronizer(context);
  return context.state.configuration.method === 'p2p' && first !== undefined && first !== context.self;
}

/** S.file came: an interval begins now, unless one has just begun. */
export function synchronizationFileCame(context: Context, from: string): Answer {
  if (!followsSynchronizationFile(context) || synchronizer(context) !== from) return refused(`${from} does not set the time here`);
  const { state, now } = context;
  if (state.executor.phase !== 'running') return refused('the management program does not run here');
  const since_ms = Math.abs(now.unix_ms - state.interval_started_unix_ms);
  if (since_ms >= state.configuration.timing.interval_ms / 2) context.setTimer('interval', 0);
  return { kind: 'done' };
}

function synchronizer(context: Context): string | undefined {
  return parseGroup(context.state.files?.group ?? '')[0]?.server;
}
