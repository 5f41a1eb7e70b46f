import type { Context } from '../context.ts';
import { formatHeartbeatRecord, parseHeartbeat } from '../management-files/heartbeat.ts';
import { heartbeatSeen } from '../monitoring/heartbeat-ages.ts';
import { type Change, formatDiff, parseDiff } from './diff.ts';
import { noteDigest } from './exchange.ts';
import { lineOf, withHeartbeat } from './heartbeat-lines.ts';
import { isMember, otherMembers, separatedServers } from './members.ts';
import type { Answer, Edit, Request } from './messages.ts';
import { refused } from './refused.ts';

/**
 * Tell every server of the group that this one is normal now (§2.4), and how its records are summed up. Not repeated when lost: the next one says more. Those that are
 * separated are told as well: one that lives may have separated this server in its turn, and neither would ever hear of the other.
 *
 * The count of a heartbeat goes forward also when the clock of its server is set back or stands still; it is this server's UNIX time in milliseconds
 * otherwise, so that a restarted agent need not remember it.
 */
export function shareHeartbeat(context: Context, unix_ms: number): void {
  const { files, sem, configuration } = context.state;
  if (files === undefined) return;
  const before = lineOf(files.heartbeat, context.self)?.line.trimEnd();
  const [known] = parseHeartbeat(before ?? '');
  const record = { server: context.self, unix_s: Math.floor(unix_ms / 1000) };
  const count = Math.max((sem.heartbeats[context.self] ?? (known?.unix_s ?? 0) * 1000) + 1, unix_ms);
  const after = formatHeartbeatRecord(record);
  const change: Change =
    before === undefined ? { file: 'heartbeat', operation: 'Add', line: after } : { file: 'heartbeat', operation: 'Mod', before, after };
  applyHeartbeat(context, record, count);
  const edit: Edit = { editor: context.self, epoch: count, diff: formatDiff([change]) };
  const { answer_ms } = configuration.timing;
  const message = { kind: 'heartbeat', edit, digest: sem.digest } as const;
  for (const to of otherMembers(context)) context.call(to, message, answer_ms, { for: 'heartbeat', to });
  for (const to of separatedServers(context)) context.call(to, { ...message, separated: true }, answer_ms, { for: 'heartbeat', to });
}

/** Another server is normal. A separated one is told that it is. */
export function takeHeartbeat(
  context: Context,
  from: string,
  { edit, digest, separated = false }: Request & { kind: 'heartbeat' },
): Answer {
  const { state } = context;
  const [change, ...more] = parseDiff(edit.diff) ?? [];
  if (change?.file !== 'heartbeat' || change.operation === 'Del' || more.length > 0) return refused('not the edit of a heartbeat');
  const [record] = parseHeartbeat(change.operation === 'Mod' ? change.after : change.line);
  if (edit.editor !== from || record?.server !== from) return refused('not the sender’s heartbeat');
  if (state.files === undefined) return refused('no management files here');
  if (!isMember(context, from)) {
    state.membership.strangers[from] = { last_mono_ms: context.now.mono_ms, separated };
    return { kind: 'separated' };
  }
  Reflect.deleteProperty(state.hellos, from);
  heartbeatSeen(context, from);
  if (edit.epoch > (state.sem.heartbeats[from] ?? -1)) applyHeartbeat(context, record, edit.epoch);
  noteDigest(context, from, digest);
  return { kind: 'done' };
}

function applyHeartbeat(context: Context, record: { server: string; unix_s: number }, count: number): void {
  const { state } = context;
  if (state.files === undefined) return;
  state.sem.heartbeats[record.server] = count;
  const heartbeat = withHeartbeat(state.files.heartbeat, record);
  if (heartbeat === state.files.heartbeat) return;
  state.files = { ...state.files, heartbeat };
  context.emit({ kind: 'write-file', name: 'heartbeat', content: heartbeat });
}
