import type { Context } from '../context.ts';
import { askServer, hostWorkLimit_ms } from './ask.ts';
import type { DbssState } from './dbss-state.ts';

/** The host of a virtual server is asked again after so many answer times. */
export const ANSWERS_BETWEEN_QUESTIONS = 3;

/** Tell a host that its virtual server is not needed. If it does not hear, it finds out by the problem file. */
export function discardVirtualServer(context: Context, dbss: DbssState, host: string): void {
  const message = { kind: 'discard-virtual-server', target: dbss.target } as const;
  askServer(context, dbss, { to: host, message, asked: 'discard', timeout_ms: context.state.configuration.timing.answer_ms });
}

/**
 * The host is to set the target's address on its virtual server. It is asked several times in twice the time that it has, and later each time: a question or
 * an answer may be lost.
 */
export function askSetAddress(context: Context, dbss: DbssState): void {
  if (dbss.host === undefined) return;
  const limit_ms = hostWorkLimit_ms(context);
  if (dbss.tries === 0) dbss.hostWorkEnds_mono_ms = context.now.mono_ms + 2 * limit_ms;
  dbss.tries += 1;
  const timeout_ms = Math.min(context.state.configuration.timing.answer_ms * ANSWERS_BETWEEN_QUESTIONS * 2 ** (dbss.tries - 1), limit_ms);
  const message = { kind: 'set-virtual-address', target: dbss.target } as const;
  askServer(context, dbss, { to: dbss.host, message, asked: 'set-address', timeout_ms });
}
