import { readFileSync, writeFileSync } from 'node:fs';
import type { LabUnderTest } from './lab-under-test.ts';
import { expect } from './scenario.ts';

const TICKS_PER_S = 100;
const US_PER_S = 1_000_000;

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

/** That the system of a server that has just been started began only when its machine had tested itself; nothing in a lab without such a time. */
export async function expectSelfTested(lab: LabUnderTest, server: string): Promise<void> {
  if (!lab.isCopy) return;
  const { stdout } = await lab.exec(
    server,
    'sh',
    '-c',
    'systemctl show --property UserspaceTimestampMonotonic --value && cut --delimiter " " --fields 22 /proc/1/stat',
  );
  const [systemStarted_us, machineStarted_ticks] = stdout.trim().split('\n').map(Number);
  const waited_s = Number(systemStarted_us) / US_PER_S - Number(machineStarted_ticks) / TICKS_PER_S;
  expect(waited_s >= SELF_TEST_S, `${server} tested itself before its system started`, `${waited_s.toFixed(1)} s`);
}
