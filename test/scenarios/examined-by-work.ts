import { readFileSync, writeFileSync } from 'node:fs';
import type { LabUnderTest } from './lab-under-test.ts';
import { untilManaged } from './managed-ring.ts';

const MANAGED_LIMIT_S = 300;

/**
 * Do something while daemons are examined by the work of a client: a dialogue says nothing about the shared storage.
 *
 * @param addServices further changes of the copy of the inventory, which may add services: the ring then starts anew with other files, and again afterwards
 */
export async function examinedByWork(
  lab: LabUnderTest,
  daemons: readonly string[],
  act: () => Promise<void>,
  addServices?: () => void,
): Promise<void> {
  const before = readFileSync(lab.inventory, 'utf8');
  const bootstrap = addServices === undefined ? ['bootstrap'] : ['bootstrap', '--replace-files'];
  try {
    for (const daemon of daemons) lab.edit(new RegExp(`\\{ daemon: ${daemon}\\b`, 'g'), `{ daemon: ${daemon}, check: work`);
    lab.edit(/^( +)dbss_shared_storage:/m, '$1dbss_check_user: { name: dbss-check, uid: 2100 }\n$1dbss_shared_storage:');
    addServices?.();
    await lab.mustRun(...bootstrap);
    await untilManaged(lab, MANAGED_LIMIT_S);
    await act();
  } finally {
    writeFileSync(lab.inventory, before);
    await lab.mustRun(...bootstrap);
  }
  await untilManaged(lab, MANAGED_LIMIT_S);
}
