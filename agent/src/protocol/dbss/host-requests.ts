import type { Context } from '../context.ts';
import { askServer, hostWorkLimit_ms } from './ask.ts';
import type { DbssState } from './dbss-state.ts';

/** Tell a host that its virtual server is not needed. If it does not hear, it finds out by the problem file. */
export function discardVirtualServer(context: Context, dbss: DbssState, host: string): void {
  const message = { kind: 'discard-virtual-server', target: dbss.target } as const;
  askServer(context, dbss, { to: host, message, asked: 'discard', timeout_ms: context.state.configuration.timing.answer_ms });
}

/** The host is to set the target's address on its virtual server. */
export function askSetAddress(context: Context, dbss: DbssState): void {
  if (dbss.host === undefined) return;
  dbss.tries += 1;
  const message = { kind: 'set-virtual-address', target: dbss.target } as const;
  askServer(context, dbss, { to: dbss.host, message, asked: 'set-address', timeout_ms: hostWorkLimit_ms(context) });
}
