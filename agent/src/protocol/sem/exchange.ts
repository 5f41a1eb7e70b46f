import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { takeRecords } from './files-in-force.ts';
import { isMember, otherMembers } from './members.ts';
import type { Answer } from './messages.ts';
import { refused } from './refused.ts';
import { membershipOf, type SharedRecord } from './shared-records.ts';
import { isWellFormed } from './versions-file.ts';

/** So many servers' records are compared with this one's at a time; the others differ still when their next heartbeat comes. */
const MOST_DIFFERING = 16;
/** An edit that is so much newer than everything known here does not come from this ring's life. */
const LARGEST_LEAP = 1_000_000;

/**
 * A heartbeat says how its server's records are summed up. Where this one's are not the same, an edit is under way, or was lost: after a while the two
 * exchange all records. Nothing that was accepted anywhere in the group is lost so.
 */
export function noteDigest(context: Context, server: string, digest: string): void {
  const { sem, configuration } = context.state;
  const noted = server in sem.differing;
  if (digest === sem.digest) {
    if (noted) Reflect.deleteProperty(sem.differing, server);
    return;
  }
  if (!noted && Object.keys(sem.differing).length >= MOST_DIFFERING) return;
  sem.differing[server] = digest;
  if (!noted) context.setTimer(`exchange:${server}`, configuration.timing.poll_ms);
}

/** The `exchange:<server>` timer: exchange all records with a server whose records still differ. */
export function exchangeRecords(context: Context, server: string): void {
  const { sem, files, configuration } = context.state;
  const digest = sem.differing[server];
  Reflect.deleteProperty(sem.differing, server);
  if (digest === undefined || digest === sem.digest || files === undefined || !isMember(context, server)) return;
  const message = { kind: 'exchange', records: Object.values(sem.records) } as const;
  context.call(server, message, configuration.timing.answer_ms, { for: 'exchange', with: server });
}

/** Exchange all records with every member: one that does not count this server in the group says so. */
export function askMembership(context: Context): void {
  const { sem, files, configuration } = context.state;
  if (files === undefined) return;
  const message = { kind: 'exchange', records: Object.values(sem.records) } as const;
  for (const to of otherMembers(context)) context.call(to, message, configuration.timing.answer_ms, { for: 'membership', with: to });
}

/** Another server's records have come; it gets this one's. */
export function takeExchange(context: Context, from: string, records: readonly SharedRecord[]): Answer {
  if (context.state.files === undefined) return refused('no management files here');
  if (!isMember(context, from)) return { kind: 'separated' };
  const reason = reasonAgainst(context, records);
  if (reason !== undefined) return refused(reason);
  // It said how its records were summed up before; now it knows all that this one knows.
  Reflect.deleteProperty(context.state.sem.differing, from);
  if (takeRecords(context, records)) context.log(logLines.filesRepaired(from));
  return { kind: 'records', records: Object.values(context.state.sem.records) };
}

export function exchangeAnswered(context: Context, server: string, outcome: Outcome): void {
  if (outcome.kind !== 'answer' || outcome.answer.kind !== 'records') return;
  const { records } = outcome.answer;
  if (reasonAgainst(context, records) !== undefined || !isMember(context, server)) return;
  if (takeRecords(context, records)) context.log(logLines.filesRepaired(server));
}

/** Why records of another server are not taken: they are none, or not about this ring. */
export function reasonAgainst(context: Context, records: readonly SharedRecord[]): string | undefined {
  const { sem, configuration } = context.state;
  for (const record of records) {
    if (!isWellFormed(record)) return `not a record of the ${record.file} file: ${record.line}`;
    const known = membershipOf(sem.records, record.subject) ?? configuration.servers.find(({ name }) => name === record.subject);
    if (known === undefined) return `${record.subject} is not a server of the ring`;
    if (record.epoch > sem.epoch + LARGEST_LEAP) return `epoch ${String(record.epoch)} is out of reach of ${String(sem.epoch)}`;
  }
  return undefined;
}
