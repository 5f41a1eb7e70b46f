import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilHeldBy, untilManaged, withoutLease } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { untilShown } from './shown.ts';
import { expectDoubtTold, HANGS, untilNoDoubtShown } from './storage-doubt.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectTouchedOnly } from './touched.ts';
import { unfeltBy } from './unfelt.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const INTERVAL_S = 10;
const TOLD_LIMIT_S = 4 * INTERVAL_S;
/** In so many intervals whoever draws a wrong conclusion has drawn it. */
const LEFT_ALONE_INTERVALS = 3;
const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;

export const hungStorageScenarios: readonly Scenario[] = [
  {
    name: 'hung-storage',
    promise:
      'the file server hangs and a service fails: nothing is taken over, it is told why and nobody’s client feels it; when the storage answers again the service alone is recovered',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      await lab.mustRun('ring', 'return', 'ftp');
      const others = (await lab.ring()).ring.filter((name) => name !== 'ftp');
      const from = await clockOf(lab, 'mail');
      let thawed = '';
      try {
        const seen = await watched(lab, async () =>
          unfeltBy(lab, others, async () => {
            await lab.mustRun('lab', 'freeze', 'files');
            await lab.exec('ftp', 'systemctl', 'disable', '--now', 'vsftpd');
            await expectDoubtTold(lab, 'ftp', HANGS, from, TOLD_LIMIT_S);
            await expectLeftAlone(lab);
            thawed = await clockOf(lab, 'mail');
            await lab.mustRun('lab', 'thaw', 'files');
            await untilHeldBy(lab, 'ftp', /^ftpb@/, SERVED_LIMIT_S);
            await untilHeldBy(lab, 'ftp', /^ftp$/, RETURN_LIMIT_S);
            await untilManaged(lab, RETURN_LIMIT_S);
          }),
        );
        expectOneAnswer(seen);
        expectReachable(seen, ['ftp']);
        // Its manager started it when the server was back; no operator has.
        await lab.exec('ftp', 'systemctl', 'is-active', 'vsftpd');
      } finally {
        await lab.dbssctl('lab', 'thaw', 'files');
        await lab.dbssctl('lab', 'exec', 'ftp', '--', 'systemctl', 'enable', '--now', 'vsftpd');
      }
      await untilNoDoubtShown(lab, TOLD_LIMIT_S);
      const touches = expectTouchedOnly(await systemLogsSince(lab, from), ['ftp']);
      const early = touches.filter(({ at }) => at < thawed);
      expect(touches.length > 0 && early.length === 0, 'ftp taken over, and not before the storage answered', touches);
      await expectGeneratedFiles(lab);
    },
  },
];

/** While the storage hangs every server is in its place all the time; it is of ftp alone that it is doubted, because of its service. */
async function expectLeftAlone(lab: LabUnderTest): Promise<void> {
  const until_ms = performance.now() + LEFT_ALONE_INTERVALS * INTERVAL_S * 1000;
  while (performance.now() < until_ms) {
    const ring = await lab.ring();
    const moved = ring.servers.filter(({ name, state, heldBy }) => state !== 'managed' || heldBy !== name);
    const [lost, doubted] = [
      withoutLease(ring),
      ring.servers.flatMap(({ name, storageInDoubt }) => (storageInDoubt === null ? [] : [name])),
    ];
    expect(moved.length === 0, 'every server managed, with its own address', moved);
    expect(lost.length === 0, 'every address held by its lease', lost);
    expect(doubted.join() === 'ftp', 'a doubt about ftp alone', doubted);
    await pause(1000);
  }
  await untilShown(lab, 'vsftpd is abnormal on ftp', (shown) => shown.rowOf('ftp').services === 'vsftpd (abnormal)', INTERVAL_S);
}
