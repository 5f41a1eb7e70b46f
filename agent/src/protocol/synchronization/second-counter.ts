import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';

/** The `second` timer: the numbers of the monitoring interval, or `Wait` while a recovery waits for its background job (Fig. 14). */
export function logSecond(context: Context): void {
  const { dbss, interval_started_unix_ms } = context.state;
  const waiting = Object.values(dbss).some((running) => running.phase === 'waiting');
  const second = Math.round((context.now.unix_ms - interval_started_unix_ms) / 1000);
  context.log(waiting ? logLines.wait() : logLines.second(second));
  context.setTimer('second', 1000 - (context.now.unix_ms % 1000));
}
