import { acknowledgedSince, expectWrittenMeanwhile, KeptWriter } from './client-work/kept-writer.ts';
import { expectFound, keptBy } from './client-work/kept.ts';
import type { KeptItem } from './client-work/kept-line.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { unfeltBy } from './unfelt.ts';
import { virtualServiceOf } from './virtual-service.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

/** A failure without a long outage may have its return soon after. */
const SHORTLY_BEFORE_MS = 10_000;

/**
 * Do something in which ftp fails, is served by a virtual server and returns. The clients of all others do not feel it; files are written to ftp all the time, and what was acknowledged by
 * the virtual server is there afterwards; and vsftpd runs on ftp then without an operator.
 */
export async function writtenThroughOutage(lab: LabUnderTest, act: () => Promise<void>): Promise<void> {
  const others = (await lab.ring()).servers.map(({ name }) => name).filter((name) => name !== 'ftp');
  const kept = keptBy(lab, 'ftp');
  const writer = new KeptWriter(lab, 'ftp');
  let items: readonly KeptItem[] = [];
  try {
    await writer.writes();
    const seen = await watched(lab, async () => unfeltBy(lab, others, act));
    items = await writer.stop();
    expectOneAnswer(seen);
    expectReachable(seen, ['ftp']);
    await lab.exec('ftp', 'systemctl', 'is-active', 'vsftpd');
    const service = virtualServiceOf(seen, 'ftp');
    process.stdout.write(`files written: ${expectWrittenMeanwhile(items, service, SHORTLY_BEFORE_MS)}\n`);
    const acknowledged = acknowledgedSince(items, service.from_ms);
    process.stdout.write(`files found again: ${expectFound(acknowledged, await kept.read(acknowledged))}\n`);
  } finally {
    await writer.stop().catch(() => undefined);
    await kept.remove(items);
  }
}
