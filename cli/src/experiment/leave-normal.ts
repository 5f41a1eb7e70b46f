import { setTimeout as delay } from 'node:timers/promises';
import { readLabEvents } from '../lab/lab-events.ts';
import { setLabPower } from '../lab/lab-power.ts';
import { normalLimit_ms } from './failure-run.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { RingOfLab } from './ring-of-lab.ts';

/**
 * After Ctrl-C in the middle of a run: what was unplugged gets its power back, the ring does the rest, and this waits for it.
 *
 * @param servers that the run lets fail
 * @param since_ms Unix time at which the run began
 * @param say told of what is done, and in the end of what is left
 */
export async function leaveNormal(
  ring: RingOfLab,
  servers: readonly string[],
  since_ms: number,
  say: (step: string) => void,
): Promise<void> {
  const { inventory } = ring;
  if (!failedSince(inventory, servers, since_ms)) {
    say('the run under way is dropped; nothing had failed yet');
    return;
  }
  say('the run under way is dropped; waiting until the ring is normal again (Ctrl-C once more leaves it as it is)');
  for (const server of servers) await setLabPower(inventory, server, 'on');
  // What has just failed may not have been noticed yet.
  await delay(2 * inventory.timing.interval_ms);
  const abnormal = await ring.untilNormal(normalLimit_ms(ring), new AbortController().signal);
  say(abnormal.length === 0 ? 'the ring is normal' : `not normal yet: ${abnormal.join('; ')}; look at dbssctl ring show`);
}

/** Whether anything was done to one of these servers since then, by the lab's own record. */
export function failedSince(inventory: Inventory, servers: readonly string[], since_ms: number): boolean {
  return readLabEvents(inventory).some(({ time_ms, machine }) => time_ms >= since_ms && servers.includes(machine));
}
