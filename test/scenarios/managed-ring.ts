import { expect } from './scenario.ts';
import type { LabUnderTest } from './lab-under-test.ts';

/** Every server is managed, holds its own address and has its standby suspended. */
export async function untilManaged(lab: LabUnderTest, limit_s: number): Promise<void> {
  await lab.untilRing(
    'every server managed, holding its address, standby suspended',
    (ring) => ring.servers.every(({ name, state, heldBy, standby }) => state === 'managed' && heldBy === name && standby === 'suspended'),
    limit_s,
  );
}

/** §2.4: after the return the management files are what was generated, on every server; the heartbeat file holds times and is left out. */
export async function expectGeneratedFiles(lab: LabUnderTest): Promise<void> {
  const { servers } = await lab.ring();
  for (const { name: server } of servers) {
    for (const file of ['group', 'operation', 'separation', 'problem', ...servers.map(({ name }) => `data/${name}.dat`)]) {
      const { stdout } = await lab.exec(server, 'cat', `/run/dbss/${file}`);
      expect(stdout === lab.generated(file), `${file} on ${server} as generated`, stdout);
    }
  }
}
