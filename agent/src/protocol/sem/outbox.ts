import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { formatHeartbeatRecord } from '../management-files/heartbeat.ts';
import { heartbeatSeen } from '../monitoring/heartbeat-ages.ts';
import { applyDiff } from './apply-diff.ts';
import { type Change, formatDiff, parseDiff } from './diff.ts';
import { putFilesInForce } from './files-in-force.ts';
import type { Answer, Edit } from './messages.ts';
import { refused } from './refused.ts';

/** Edits that may wait for one server. More means that it is out of reach for long: it gets whole files when it returns. */
const QUEUE_LIMIT = 256;

/** Edit the management files here and on every server of the group by Diff.dat (§3.1). */
export function editManagementFiles(context: Context, changes: readonly Change[]): void {
  const { state } = context;
  if (state.files === undefined || state.machine === undefined) return;
  putFilesInForce(context, applyDiff(state.files, changes));
  const edit: Edit = {
    editor: context.self,
    incarnation: state.machine.incarnation,
    sequence: state.outbox.nextSequence,
    diff: formatDiff(changes),
  };
  state.outbox.nextSequence += 1;
  for (const server of otherMembers(context)) enqueue(context, server, edit);
}

/** Tell every server of the group that this one is normal now. Not repeated when lost: the next one says more. */
export function shareHeartbeat(context: Context, unix_s: number): void {
  const { state } = context;
  if (state.files === undefined || state.machine === undefined) return;
  const line = state.files.heartbeat.split('\n').find((record) => record.startsWith(`${context.self} `));
  const after = formatHeartbeatRecord({ server: context.self, unix_s });
  const change: Change =
    line === undefined
      ? { file: 'heartbeat', operation: 'Add', line: after }
      : { file: 'heartbeat', operation: 'Mod', before: line, after };
  putFilesInForce(context, applyDiff(state.files, [change]));
  const edit: Edit = { editor: context.self, incarnation: state.machine.incarnation, sequence: 0, diff: formatDiff([change]) };
  for (const to of otherMembers(context)) {
    context.call(to, { kind: 'edit', edit }, state.configuration.timing.answer_ms, { for: 'heartbeat', to });
  }
}

/** Take another server's edit. A separated server edits nothing, and is told so. */
export function takeEdit(context: Context, from: string, edit: Edit): Answer {
  const { state } = context;
  const changes = parseDiff(edit.diff);
  if (changes === undefined) return refused('Diff.dat is malformed');
  if (edit.editor !== from) return refused('not the sender’s edit');
  if (state.files === undefined) return refused('no management files here');
  if (!parseGroup(state.files.group).some((record) => record.server === from)) return { kind: 'separated' };
  Reflect.deleteProperty(state.hellos, from);
  if (changes.some((change) => change.file === 'heartbeat')) heartbeatSeen(context, from);
  if (edit.sequence > 0) {
    const source = `${edit.editor}/${edit.incarnation}`;
    if ((state.taken[source] ?? 0) >= edit.sequence) return { kind: 'done' };
    state.taken[source] = edit.sequence;
  }
  putFilesInForce(context, applyDiff(state.files, changes));
  return { kind: 'done' };
}

/** The answer to a sent edit came, or did not: go on with the queue or try again after a while. */
export function editSettled(context: Context, to: string, sequence: number, accepted: boolean): void {
  const queue = context.state.outbox.queues[to];
  if (queue?.[0]?.sequence !== sequence) return;
  if (accepted) {
    queue.shift();
    sendFirst(context, to);
  } else {
    context.setTimer(`edit:${to}`, context.state.configuration.timing.poll_ms);
  }
}

export function sendFirst(context: Context, to: string): void {
  const edit = context.state.outbox.queues[to]?.[0];
  if (edit === undefined) return;
  context.call(to, { kind: 'edit', edit }, context.state.configuration.timing.answer_ms, { for: 'edit', to, sequence: edit.sequence });
}

function enqueue(context: Context, to: string, edit: Edit): void {
  const queue = (context.state.outbox.queues[to] ??= []);
  queue.push(edit);
  if (queue.length > QUEUE_LIMIT) {
    queue.splice(1, 1);
    context.log(logLines.editDropped(to, QUEUE_LIMIT));
  }
  if (queue.length === 1) sendFirst(context, to);
}

function otherMembers(context: Context): string[] {
  return parseGroup(context.state.files?.group ?? '')
    .map((record) => record.server)
    .filter((server) => server !== context.self);
}
