import { readFileSync, writeFileSync } from 'node:fs';
import type { LabUnderTest } from './lab-under-test.ts';

/** With a container's boot about the start of the paper's servers (31.07 s, Table 1). */
const SELF_TEST_S = 20;

/**
 * Lets the servers of a lab start as slowly as real ones while something is done. A container is back within seconds: its virtual server would hardly have begun to
 * serve, and beside a boot on the same cores. A lab whose inventory is not the scenario's own is left as it is.
 */
export async function withSelfTest(lab: LabUnderTest, work: () => Promise<void>): Promise<void> {
  if (!lab.isCopy) {
    await work();
    return;
  }
  const before = readFileSync(lab.inventory, 'utf8');
  try {
    lab.edit(/^( *)client: \{/m, `$1self_test_s: ${String(SELF_TEST_S)}\n$1client: {`);
    await lab.mustRun('lab', 'up');
    await work();
  } finally {
    writeFileSync(lab.inventory, before);
    await lab.mustRun('lab', 'up');
  }
}
