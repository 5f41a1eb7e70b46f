import { differentFiles } from './normal.ts';
import { expect } from './scenario.ts';
import type { LabUnderTest } from './lab-under-test.ts';

/** Every server is managed, holds its own address and has its standby suspended. */
export async function untilManaged(lab: LabUnderTest, limit_s: number): Promise<void> {
  await lab.untilRing(
    'every server managed, holding its address, standby suspended',
    ({ allManaged, servers }) => allManaged && servers.every(({ name, heldBy, standby }) => heldBy === name && standby === 'suspended'),
    limit_s,
  );
}

/** The virtual address of a server is held by who is wanted: `ftp`, or `ftpb@web2`. */
export async function untilHeldBy(lab: LabUnderTest, server: string, holder: RegExp, limit_s: number): Promise<void> {
  await lab.untilRing(
    `the address of ${server} held by ${String(holder)}`,
    ({ servers }) => servers.some(({ name, heldBy }) => name === server && holder.test(heldBy ?? '')),
    limit_s,
  );
}

/** §2.4: after the return the management files are what was generated, on every server; the heartbeat file holds times and is left out. */
export async function expectGeneratedFiles(lab: LabUnderTest): Promise<void> {
  const different = await differentFiles(lab, await lab.ring());
  expect(different.length === 0, 'the generated management files on every server', different);
}
