import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process has ended, or does so at once. One whose parent has not heard of it yet counts. */
export async function expectGone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1);
  for (let looks = 0; isThere(pid) && looks < 40; looks += 1) await delay(50);
  expect(isThere(pid)).toBe(false);
}

function isThere(pid: number): boolean {
  const stat = `/proc/${String(pid)}/stat`;
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z ');
}
