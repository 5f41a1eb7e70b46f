import { Clients, servedBetween } from './clients.ts';
import { examinedByWork } from './examined-by-work.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { untilShownRecovering } from './shown.ts';
import { expectDoubtTold, IS_FULL, untilNoDoubtShown } from './storage-doubt.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectTouchedOnly } from './touched.ts';
import { unfeltBy } from './unfelt.ts';
import { virtualServiceOf } from './virtual-service.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const INTERVAL_S = 10;
const TOLD_LIMIT_S = 6 * INTERVAL_S;
/** In so many intervals whoever draws a wrong conclusion has drawn it. */
const LEFT_ALONE_INTERVALS = 3;
const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;
/** So often a client has to do its whole work at the virtual server. Nobody can write anything while the disk is full. */
const SERVED_THERE = 3;
const FILL = '/export/fill';

export const fullDiskScenarios: readonly Scenario[] = [
  {
    name: 'full-disk',
    promise:
      'the file server’s disk is full and mail cannot be delivered: nothing is taken over for that, it is told why and no client of another server feels it; a service of another server that fails meanwhile is recovered, and mail goes on when there is room',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      // A dialogue says nothing about room: postfix greets.
      await examinedByWork(lab, ['postfix'], async () => {
        await lab.mustRun('ring', 'return', 'ftp');
        await expectMailServed(lab);
        const from = await clockOf(lab, 'mail');
        try {
          await failWhileFull(lab, from);
        } finally {
          await lab.exec('files', 'rm', '-f', FILL);
          await lab.dbssctl('lab', 'exec', 'ftp', '--', 'systemctl', 'enable', '--now', 'vsftpd');
        }
        await untilNoDoubtShown(lab, TOLD_LIMIT_S);
        await untilManaged(lab, RETURN_LIMIT_S);
        await expectMailServed(lab);
        expectTouchedOnly(await systemLogsSince(lab, from), ['ftp']);
        await expectGeneratedFiles(lab);
      });
    },
  },
];

async function failWhileFull(lab: LabUnderTest, from: string): Promise<void> {
  const readers = (await lab.ring()).servers.map(({ name }) => name).filter((name) => name !== 'mail' && name !== 'ftp');
  const client = await Clients.of(lab, ['ftp']);
  try {
    const seen = await watched(lab, async () =>
      unfeltBy(lab, readers, async () => {
        await fill(lab);
        await expectDoubtTold(lab, 'mail', IS_FULL, from, TOLD_LIMIT_S);
        await expectInPlace(lab, 'mail', LEFT_ALONE_INTERVALS * INTERVAL_S);
        expectTouchedOnly(await systemLogsSince(lab, from), []);
        await lab.exec('ftp', 'systemctl', 'disable', '--now', 'vsftpd');
        await untilShownRecovering(lab, 'ftp', SERVED_LIMIT_S);
        await untilHeldBy(lab, 'ftp', /^ftp$/, RETURN_LIMIT_S);
        await client.untilServed(['ftp'], Date.now(), { limit_s: SERVED_LIMIT_S });
        await expectDoubtTold(lab, 'mail', IS_FULL, from, TOLD_LIMIT_S);
        await expectInPlace(lab, 'mail', 0);
      }),
    );
    expectOneAnswer(seen);
    expectReachable(seen, ['ftp']);
    expectTouchedOnly(await systemLogsSince(lab, from), ['ftp']);
    await lab.exec('ftp', 'systemctl', 'is-active', 'vsftpd');
    const { host, from_ms, until_ms } = virtualServiceOf(seen, 'ftp');
    const there = servedBetween(client.attemptsOf('ftp'), from_ms, until_ms).length;
    expect(there >= SERVED_THERE, `the client of ftp served ${String(SERVED_THERE)} times by its virtual server on ${host}`, client.log());
  } finally {
    await client.stop();
  }
}

/** Not while the disk is full: each attempt would leave a message that cannot be delivered. */
async function expectMailServed(lab: LabUnderTest): Promise<void> {
  const client = await Clients.of(lab, ['mail']);
  await client.stop();
}

/** The file server's own disk, and never that of the machine that carries the lab. */
async function fill(lab: LabUnderTest): Promise<void> {
  const { stdout } = await lab.exec('files', 'df', '--output=source,size', '--block-size=1M', '/export');
  const [source = '', size_mb = ''] = stdout.trim().split('\n').at(-1)?.trim().split(/ +/) ?? [];
  expect(source.startsWith('/dev/loop') && Number(size_mb) < 4096, 'a small disk of its own on the file server', stdout);
  await lab.exec('files', 'sh', '-c', `head -c ${String(Number(size_mb) * 2)}M /dev/zero >${FILL} 2>/dev/null || true; sync`);
}

/** A server is managed and has its address, all the time for so long, and now at least. */
async function expectInPlace(lab: LabUnderTest, server: string, duration_s: number): Promise<void> {
  const until_ms = performance.now() + duration_s * 1000;
  do {
    const { heldBy, state, lease } = await lab.server(server);
    const isHeld = heldBy === server && (lease === null || lease === 'held');
    expect(isHeld && state === 'managed', `${server} in its place`, { heldBy, lease, state });
    await pause(1000);
  } while (performance.now() < until_ms);
}
