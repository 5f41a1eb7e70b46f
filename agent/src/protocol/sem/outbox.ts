import type { Context } from '../context.ts';
import { formatHeartbeatRecord } from '../management-files/heartbeat.ts';
import { parseGroup } from '../management-files/group.ts';
import { MANAGEMENT_FILE_NAMES, type ManagementFiles } from '../management-files/management-files.ts';
import { logLines } from '../log-lines.ts';
import { applyDiff } from './apply-diff.ts';
import { type Change, formatDiff, parseDiff } from './diff.ts';
import type { Edit } from './messages.ts';

/** Edits on their way to each server, in order; the first of a queue is the one that was sent. */
export interface OutboxState {
  nextSequence: number;
  queues: Record<string, Edit[]>;
}

/** Edits that may wait for one server. More means that it is out of reach for long: it gets whole files when it returns. */
const QUEUE_LIMIT = 256;

/** Edit the management files here and on every server of the group by Diff.dat (§3.1). */
export function editManagementFiles(context: Context, changes: readonly Change[]): void {
  const { state } = context;
  if (state.files === undefined || state.machine === undefined) return;
  const before = parseGroup(state.files.group).map((record) => record.server);
  applyHere(context, changes);
  const after = parseGroup(state.files.group).map((record) => record.server);
  const edit: Edit = {
    editor: context.self,
    incarnation: state.machine.incarnation,
    sequence: state.outbox.nextSequence,
    diff: formatDiff(changes),
  };
  state.outbox.nextSequence += 1;
  for (const server of new Set([...before, ...after])) {
    if (server !== context.self && after.includes(server)) enqueue(context, server, edit);
  }
  for (const server of Object.keys(state.outbox.queues)) {
    if (!after.includes(server)) state.outbox.queues[server] = [];
  }
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
  applyHere(context, [change]);
  const edit: Edit = { editor: context.self, incarnation: state.machine.incarnation, sequence: 0, diff: formatDiff([change]) };
  for (const record of parseGroup(state.files.group)) {
    if (record.server === context.self) continue;
    context.call(record.server, { kind: 'edit', edit }, state.configuration.timing.answer_ms, { for: 'nothing' });
  }
}

/** Take another server's edit. Returns why it is refused, or `undefined` when it is in force here. */
export function takeEdit(context: Context, edit: Edit): string | undefined {
  const changes = parseDiff(edit.diff);
  if (changes === undefined) return 'Diff.dat is malformed';
  if (context.state.files === undefined) return 'no management files here';
  if (edit.sequence > 0) {
    const source = `${edit.editor}/${edit.incarnation}`;
    if ((context.state.taken[source] ?? 0) >= edit.sequence) return undefined;
    context.state.taken[source] = edit.sequence;
  }
  applyHere(context, changes);
  return undefined;
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

/** Put files in force: in the state and, where they changed, on the memory disk. */
function applyHere(context: Context, changes: readonly Change[]): void {
  const before = context.state.files;
  if (before === undefined) return;
  installHere(context, applyDiff(before, changes));
}

/** Replace the management files here; what did not change is not written. */
export function installHere(context: Context, files: ManagementFiles): void {
  const before = context.state.files;
  for (const name of MANAGEMENT_FILE_NAMES) {
    if (before?.[name] !== files[name]) context.emit({ kind: 'write-file', name, content: files[name] });
  }
  for (const [name, content] of Object.entries(files.data)) {
    if (before?.data[name] !== content) context.emit({ kind: 'write-file', name: `data/${name}`, content });
  }
  context.state.files = files;
}
