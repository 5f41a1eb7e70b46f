import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { holderOf, untilManaged } from './managed-ring.ts';

/** Several virtual servers are made at once on two cores, the waiting interval of §4.2 before them. */
const SERVED_LIMIT_S = 90;
/** 50 s until Wake-on-LAN, the boots, the returns one after another, and new standbys. */
export const RETURN_LIMIT_S = 400;

/** The ring is as it was generated. Its servers have failed more often than any in a server room does, and are to return at once all the same (decision 0217). */
export async function untilReady(lab: LabUnderTest): Promise<void> {
  await untilManaged(lab, RETURN_LIMIT_S);
  for (const { name, managedBy } of (await lab.ring()).servers) if (managedBy !== null) await lab.mustRun('ring', 'return', name);
}

/** Each of these is served by a virtual server. */
export async function untilServed(
  lab: LabUnderTest,
  servers: readonly string[],
  accepted: (holder: string) => boolean = () => true,
): Promise<RingView> {
  return lab.untilRing(
    `virtual servers hold the addresses of ${servers.join(', ')}`,
    (ring) =>
      servers.every((server) => {
        const holder = holderOf(ring, server);
        return holder.startsWith(`${server}b@`) && accepted(holder);
      }),
    SERVED_LIMIT_S,
  );
}

/** The plug is pulled, and nothing wakes the machine before it is put back. */
export async function unplugForLong(lab: LabUnderTest, server: string): Promise<void> {
  await Promise.all([lab.mustRun('lab', 'link', server, 'service', 'down'), lab.mustRun('lab', 'link', server, 'sem', 'down')]);
  await lab.mustRun('lab', 'power', server, 'off');
}

export async function putBack(lab: LabUnderTest, server: string): Promise<void> {
  await lab.mustRun('lab', 'power', server, 'on');
  for (const network of ['service', 'sem']) await lab.mustRun('lab', 'link', server, network, 'up');
}
