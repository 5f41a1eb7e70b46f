import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { otherMembers } from '../sem/members.ts';
import type { Answer } from '../sem/messages.ts';
import { refused } from '../sem/refused.ts';
import { procedureLines } from './procedure-lines.ts';
import { isNewerStamp, type ProcedureStamp } from './procedure-stamp.ts';

/** Files that are read for other servers at a time, and servers that may wait for one: each file is half a megabyte at most. */
const MOST_READS = 4;
const MOST_WAITING = 16;
/** Whoever asks at a bad moment asks again so often; after that the next exchange offers it again. */
const FETCH_TRIES = 5;
/** An epoch that is so much greater than all that is known here comes from no capture of this ring. */
const LARGEST_LEAP = 1_000_000;
/** A file has more bytes than other answers. */
const FETCH_ANSWER_TIMES = 10;

/** Tell a server which versions are here; it answers with its own, and each fetches what it lacks. */
export function tellProcedures(context: Context, to: string): void {
  const { procedures, configuration } = context.state;
  if (!procedures.listed) return;
  const message = { kind: 'procedures', have: Object.values(procedures.have) } as const;
  context.call(to, message, configuration.timing.answer_ms, { for: 'procedure', work: 'exchange', server: to });
}

/** Now and then with one member after the other: what was missed by a lost message is made up for. */
export function exchangeInTurn(context: Context, turn: number): void {
  const members = otherMembers(context);
  const to = members[turn % Math.max(1, members.length)];
  if (to !== undefined) tellProcedures(context, to);
}

export function takeProcedures(context: Context, from: string, have: readonly ProcedureStamp[]): Answer {
  const { procedures } = context.state;
  if (!procedures.listed) return refused('this server does not know yet what is on its disk');
  noteStamps(context, from, have);
  return { kind: 'procedures', have: Object.values(procedures.have) };
}

export function proceduresAnswered(context: Context, by: string, outcome: Outcome): void {
  if (outcome.kind === 'answer' && outcome.answer.kind === 'procedures') noteStamps(context, by, outcome.answer.have);
}

/** Another server wants the file of `server`. What is in it only the ring's servers can read. */
export function sendProcedure(context: Context, call: string, server: string): void {
  const { procedures } = context.state;
  const waiting = procedures.reads[server];
  if (procedures.have[server] === undefined) context.answer(call, refused(`no installation procedure of ${server} here`));
  else if (waiting !== undefined && waiting.length < MOST_WAITING) waiting.push(call);
  else if (waiting !== undefined || Object.keys(procedures.reads).length >= MOST_READS) {
    context.answer(call, refused('too many ask at the same time'));
  } else {
    procedures.reads[server] = [call];
    context.emit({ kind: 'read-procedure', request: context.request({ for: 'procedure', work: 'read', server }), server });
  }
}

/** A capture is fetched by all at the same moment: one reading answers them. */
export function procedureRead(context: Context, server: string, outcome: Outcome): void {
  const { reads } = context.state.procedures;
  const calls = [...(reads[server] ?? [])];
  Reflect.deleteProperty(reads, server);
  const read = outcome.kind === 'procedure' && outcome.product.kind === 'content' ? outcome.product.content : undefined;
  const reason = outcome.kind === 'failed' ? outcome.reason : 'it cannot be read';
  for (const call of calls) context.answer(call, read === undefined ? refused(reason) : { kind: 'procedure', content: read });
}

export function procedureFetched(context: Context, server: string, outcome: Outcome): void {
  const { procedures } = context.state;
  if (procedures.fetching !== server) return;
  if (outcome.kind === 'answer' && outcome.answer.kind === 'procedure') {
    const request = context.request({ for: 'procedure', work: 'store', server });
    context.emit({ kind: 'store-procedure', request, server, content: outcome.answer.content });
    return;
  }
  const wanted = procedures.wanted[server];
  procedures.fetching = undefined;
  if (wanted !== undefined && wanted.tries + 1 < FETCH_TRIES) {
    procedures.wanted[server] = { ...wanted, tries: wanted.tries + 1 };
    context.setTimer('procedure:fetch', context.state.configuration.timing.poll_ms * 2);
    return;
  }
  Reflect.deleteProperty(procedures.wanted, server);
  fetchNext(context);
}

export function procedureStored(context: Context, server: string, outcome: Outcome): void {
  const { procedures } = context.state;
  const from = procedures.wanted[server]?.from ?? 'another server';
  if (procedures.fetching === server) procedures.fetching = undefined;
  Reflect.deleteProperty(procedures.wanted, server);
  if (outcome.kind === 'procedure' && outcome.product.kind === 'stored') {
    const { stamp } = outcome.product;
    procedures.have[server] = stamp;
    for (const told of [procedures.troubles, procedures.unapplied]) Reflect.deleteProperty(told, server);
    context.log(procedureLines.received(server, stamp.epoch, from));
  } else if (outcome.kind === 'failed') {
    const line = procedureLines.notTaken(server, from, outcome.reason);
    if (procedures.troubles[server] !== line) context.log(line);
    procedures.troubles[server] = line;
  }
  fetchNext(context);
}

function noteStamps(context: Context, from: string, have: readonly ProcedureStamp[]): void {
  const { procedures, configuration } = context.state;
  for (const stamp of have) {
    const known = procedures.have[stamp.server];
    const isOfRing = configuration.servers.some(({ name }) => name === stamp.server);
    if (!isOfRing || stamp.epoch > (known?.epoch ?? 0) + LARGEST_LEAP) continue;
    if (isNewerStamp(stamp, known) && isNewerStamp(stamp, procedures.wanted[stamp.server]?.stamp)) {
      procedures.wanted[stamp.server] = { stamp, from, tries: 0 };
    }
  }
  fetchNext(context);
}

export function fetchNext(context: Context): void {
  const { procedures, configuration } = context.state;
  const [next] = Object.entries(procedures.wanted);
  if (procedures.fetching !== undefined || next === undefined) return;
  procedures.fetching = next[0];
  const [server, { from }] = next;
  const timeout_ms = configuration.timing.answer_ms * FETCH_ANSWER_TIMES;
  context.call(from, { kind: 'fetch-procedure', server }, timeout_ms, { for: 'procedure', work: 'fetch', server });
}
