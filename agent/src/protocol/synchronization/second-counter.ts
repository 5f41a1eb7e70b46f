import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';

/** The `second` timer: the numbers of the monitoring interval, or `Wait` while a recovery waits for its background job (Fig. 14). */
export function logSecond(context: Context): void {
  const { dbss, configuration } = context.state;
  const waiting = Object.values(dbss).some((running) => running.phase === 'waiting');
  // A timer may come a moment before or after the second that it was set for.
  const second_unix_ms = Math.round(context.now.unix_ms / 1000) * 1000;
  context.log(waiting ? logLines.wait() : logLines.second(Math.round((second_unix_ms % configuration.timing.interval_ms) / 1000)));
  context.setTimer('second', second_unix_ms + 1000 - context.now.unix_ms);
}
