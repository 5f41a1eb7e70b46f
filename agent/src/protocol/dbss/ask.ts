import type { Context } from '../context.ts';
import type { RequestId } from '../events.ts';
import type { DbssRequest } from '../purpose.ts';
import type { Answer, Request } from '../sem/messages.ts';
import type { DbssState } from './dbss-state.ts';

/** A server's answer, or why there is none in words. */
export type AnswerOrReason = Answer | string;

/** A request id whose result comes back to the foreground job of this DBSS. */
export function dbssRequest(context: Context, dbss: DbssState, asked: DbssRequest, subject: string): RequestId {
  return context.request({ for: 'dbss', name: dbss.name, serial: dbss.serial, asked, subject });
}

/** Ask a server on behalf of the foreground job of this DBSS. */
export function askServer(
  context: Context,
  dbss: DbssState,
  question: { readonly to: string; readonly message: Request; readonly asked: DbssRequest; readonly timeout_ms: number },
): void {
  const { to, message, asked, timeout_ms } = question;
  context.call(to, message, timeout_ms, { for: 'dbss', name: dbss.name, serial: dbss.serial, asked, subject: to });
}

/** How long a host may take for work in its virtual server: it notices its own time limit first and says what failed. */
export function hostWorkLimit_ms(context: Context): number {
  const { virtual_server_creation_ms, answer_ms } = context.state.configuration.timing;
  return virtual_server_creation_ms + answer_ms;
}

export function isDone(outcome: AnswerOrReason): boolean {
  return typeof outcome !== 'string' && outcome.kind === 'done';
}

/** Why a request did not come to what was wanted. */
export function reasonOf(outcome: AnswerOrReason): string {
  if (typeof outcome === 'string') return outcome;
  if (outcome.kind === 'address-held') return `${outcome.holder} holds the address`;
  return outcome.kind === 'refused' ? outcome.reason : `unexpected answer ${outcome.kind}`;
}
