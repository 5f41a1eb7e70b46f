import { abnormalities } from '../../cli/src/inspect/abnormalities.ts';
import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import { differentFiles } from './normal.ts';
import { expect } from './scenario.ts';
import type { LabUnderTest } from './lab-under-test.ts';

/** Nothing is left of any failure. */
export async function untilManaged(lab: LabUnderTest, limit_s: number): Promise<void> {
  await lab.untilRing(
    'every server managed, well and holding its address by a lease, standby suspended, no disagreement',
    (ring) => abnormalities(ring).length === 0,
    limit_s,
  );
}

/** Servers whose address nobody holds by a lease. Without voters (`dbss_quorum: none`) there are no leases. */
export function withoutLease({ servers, voters }: RingView): readonly string[] {
  return voters === null ? [] : servers.filter(({ lease }) => lease !== 'held').map(({ name, lease }) => `${name}: ${lease ?? 'no lease'}`);
}

/** The virtual address of a server is held by who is wanted: `ftp`, or `ftpb@web2`. @returns who that is */
export async function untilHeldBy(lab: LabUnderTest, server: string, holder: RegExp, limit_s: number): Promise<string> {
  const ring = await lab.untilRing(
    `the address of ${server} held by ${String(holder)}`,
    (asked) => holder.test(holderOf(asked, server)),
    limit_s,
  );
  return holderOf(ring, server);
}

/** Who says that it holds a server's address; empty where nobody does. */
export function holderOf({ servers }: RingView, server: string): string {
  return servers.find(({ name }) => name === server)?.heldBy ?? '';
}

/** §2.4: after the return the management files are what was generated, on every server; the heartbeat file holds times and is left out. */
export async function expectGeneratedFiles(lab: LabUnderTest): Promise<void> {
  const different = await differentFiles(lab, await lab.ring());
  expect(different.length === 0, 'the generated management files on every server', different);
}
