import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { type Change, formatDiff } from './diff.ts';
import { recordsOfChanges, recordsOfEdit } from './edit-records.ts';
import { reasonAgainst } from './exchange.ts';
import { takeRecords } from './files-in-force.ts';
import { isMember, otherMembers } from './members.ts';
import type { Answer, Edit } from './messages.ts';
import { refused } from './refused.ts';

/** Edits that may wait for one server. More means that it is out of reach for long: it gets whole files, or exchanges all records, later. */
const QUEUE_LIMIT = 256;

/** Edit the management files here and on every server of the group by Diff.dat (§3.1). */
export function editManagementFiles(context: Context, changes: readonly Change[]): void {
  const { state } = context;
  if (state.files === undefined) return;
  const version = { editor: context.self, epoch: state.sem.epoch + 1 };
  takeRecords(context, recordsOfChanges(changes, version) ?? []);
  const edit: Edit = { ...version, diff: formatDiff(changes) };
  for (const server of otherMembers(context)) enqueue(context, server, edit);
}

/** Take another server's edit. A separated server edits nothing, and is told so. */
export function takeEdit(context: Context, from: string, edit: Edit): Answer {
  const { state } = context;
  const records = recordsOfEdit(edit);
  if (records === undefined) return refused('Diff.dat is malformed');
  if (edit.editor !== from) return refused('not the sender’s edit');
  if (state.files === undefined) return refused('no management files here');
  if (!isMember(context, from)) return { kind: 'separated' };
  const reason = reasonAgainst(context, records);
  if (reason !== undefined) return refused(reason);
  Reflect.deleteProperty(state.hellos, from);
  takeRecords(context, records);
  return { kind: 'done' };
}

/** The answer to a sent edit came, or did not: go on with the queue or try again after a while. */
export function editSettled(context: Context, to: string, epoch: number, accepted: boolean): void {
  const queue = context.state.outbox.queues[to];
  if (queue?.[0]?.epoch !== epoch) return;
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
  context.call(to, { kind: 'edit', edit }, context.state.configuration.timing.answer_ms, { for: 'edit', to, epoch: edit.epoch });
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
