import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { complaintOf, runProgram } from '../process/run-program.ts';

const INTERVAL_S = 0.2;
/** Pause before asking again after an error report of the network, which ends `ping` before its time. */
const RETRY_MS = 100;

/**
 * Network examination (§2.1): ICMP echo requests, five a second, until the first reply or the timeout. `ping` does the work because
 * Node has no raw sockets and unprivileged ICMP sockets are refused in network namespaces.
 *
 * @throws Error in words when no reply came within `timeout_ms`
 */
export async function ping(address: string, timeout_ms: number): Promise<void> {
  if (!isIPv4(address)) throw new Error(`not an IPv4 address: ${address}`);
  const started_ms = performance.now();
  let complaint = '';
  for (;;) {
    const remaining_ms = timeout_ms - (performance.now() - started_ms);
    if (remaining_ms <= 0) break;
    const result = await runProgram('ping', pingArguments(address, remaining_ms), remaining_ms);
    if (result.exit_code === 0) return;
    if (result.timed_out) break;
    if (result.stderr !== '') complaint = `: ${complaintOf(result)}`;
    await sleep(Math.min(RETRY_MS, Math.max(0, timeout_ms - (performance.now() - started_ms))));
  }
  throw new Error(`no reply from ${address} within ${(timeout_ms / 1000).toFixed(2)} s${complaint}`);
}

/** `-w` counts whole seconds only: the caller ends `ping` at its deadline. */
export function pingArguments(address: string, timeout_ms: number): string[] {
  const interval_s = Math.max(0.01, Math.min(INTERVAL_S, timeout_ms / 4_000));
  return ['-n', '-q', '-c', '1', '-i', interval_s.toFixed(3), '-w', String(Math.ceil(timeout_ms / 1000) + 1), address];
}
