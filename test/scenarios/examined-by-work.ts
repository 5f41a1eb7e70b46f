import { readFileSync, writeFileSync } from 'node:fs';
import type { LabUnderTest } from './lab-under-test.ts';
import { untilManaged } from './managed-ring.ts';

const MANAGED_LIMIT_S = 300;

/** Do something while a daemon is examined by the work of a client: a dialogue says nothing about the shared storage. */
export async function examinedByWork(lab: LabUnderTest, daemon: string, act: () => Promise<void>): Promise<void> {
  const before = readFileSync(lab.inventory, 'utf8');
  try {
    lab.edit(new RegExp(`\\{ daemon: ${daemon} \\}`, 'g'), `{ daemon: ${daemon}, check: work }`);
    lab.edit(/^( +)dbss_shared_storage:/m, '$1dbss_check_user: { name: dbss-check, uid: 2100 }\n$1dbss_shared_storage:');
    await lab.mustRun('bootstrap');
    await untilManaged(lab, MANAGED_LIMIT_S);
    await act();
  } finally {
    writeFileSync(lab.inventory, before);
    await lab.mustRun('bootstrap');
  }
  await untilManaged(lab, MANAGED_LIMIT_S);
}
