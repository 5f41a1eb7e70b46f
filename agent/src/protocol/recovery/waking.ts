import type { Context } from '../context.ts';
import { isStartedTooOften, noteStart, startedLately_ms } from './flap-damping.ts';

/**
 * Send a magic packet to a server that looks dead and that nobody recovers: to one that is on it does nothing. Not again before a restart would be over, and
 * not more often than a target is ordered to start at all.
 */
export function wakeNowAndThen(context: Context, server: string, mac: string): void {
  const { restart_wait_ms } = context.state.configuration.timing;
  if (isStartedTooOften(context, server) || startedLately_ms(context, server) < restart_wait_ms) return;
  noteStart(context, server);
  context.emit({ kind: 'wake-on-lan', request: context.request({ for: 'nothing' }), mac });
}
