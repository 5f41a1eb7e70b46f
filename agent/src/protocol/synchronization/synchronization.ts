import type { Context } from '../context.ts';
import { broadcastSynchronizationFile, followsSynchronizationFile } from '../p2p/synchronization-file.ts';

/**
 * The synchronization system (§3.2, Fig. 7(b)): intervals begin at multiples of the interval time in UNIX time, so that all servers monitor at
 * the same moments without asking each other.
 */
export function startSynchronization(context: Context): void {
  context.state.interval_started_unix_ms = context.now.unix_ms;
  waitForNextInterval(context);
  context.setTimer('internal', 0);
  if (context.state.configuration.log_seconds) context.setTimer('second', 1000 - (context.now.unix_ms % 1000));
}

export function stopSynchronization(context: Context): void {
  for (const timer of ['interval', 'internal', 'load', 'second']) context.cancelTimer(timer);
}

/**
 * The `interval` timer: true when an interval has begun. A timer that came early by the wall clock waits for the rest; one that comes after a
 * clock step begins an interval at once and aligns the next one. In the P2P method the servers follow S.file instead (§2.3).
 */
export function intervalBegun(context: Context): boolean {
  const { interval_ms, internal_monitoring_at_ms, answer_ms } = context.state.configuration.timing;
  if (followsSynchronizationFile(context)) {
    context.state.interval_started_unix_ms = context.now.unix_ms;
    context.setTimer('interval', interval_ms + answer_ms);
    context.setTimer('internal', internal_monitoring_at_ms);
    return true;
  }
  const early_ms = interval_ms - (context.now.unix_ms % interval_ms);
  if (early_ms < interval_ms / 20) {
    context.setTimer('interval', early_ms);
    return false;
  }
  context.state.interval_started_unix_ms = context.now.unix_ms - (context.now.unix_ms % interval_ms);
  waitForNextInterval(context);
  context.setTimer('internal', internal_monitoring_at_ms);
  broadcastSynchronizationFile(context);
  return true;
}

function waitForNextInterval(context: Context): void {
  const { interval_ms } = context.state.configuration.timing;
  context.setTimer('interval', interval_ms - (context.now.unix_ms % interval_ms));
}
