import { Clients } from './clients.ts';
import { examinedByWork } from './examined-by-work.ts';
import { putBack, RETURN_LIMIT_S, unplugForLong, untilReady, untilServed } from './failures.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, holderOf, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { expectDoubtTold, HANGS, untilNoDoubtShown } from './storage-doubt.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectTouchedOnly } from './touched.ts';
import { unfeltBy } from './unfelt.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

/** Both read the shared storage, which a real server has by itself and a virtual server from the file server. */
const UNPLUGGED = ['web1', 'login'] as const;
const INTERVAL_S = 10;
const TOLD_LIMIT_S = 4 * INTERVAL_S;
/** More than three intervals, and less than the minute after which an NFS client connects anew. */
const HUNG_S = 3.5 * INTERVAL_S;
/** What waited for the storage goes on by itself; what gave up comes again. */
const SERVED_AGAIN_LIMIT_S = 120;
const HUNG_ATTEMPTS = 3;
const HUNG_LIMIT_S = 30;

export const hungVirtualServersScenarios: readonly Scenario[] = [
  {
    name: 'hung-storage-of-virtual-servers',
    promise:
      'two servers are away and the file server hangs, so that their virtual servers serve nobody: it is told, they stay where they are, nobody else is touched, and when the storage answers again they go on',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await examinedByWork(lab, ['apache2'], async () => {
        await untilReady(lab);
        const from = await clockOf(lab, 'mail');
        const moments = { frozen: '', served: '' };
        const seen = await watched(lab, async () => unplugAndHang(lab, moments));
        expectOneAnswer(seen);
        expectReachable(seen, UNPLUGGED);
        await untilNoDoubtShown(lab, TOLD_LIMIT_S);
        await expectUntouched(lab, from, moments);
        await expectGeneratedFiles(lab);
      });
    },
  },
];

interface Moments {
  frozen: string;
  served: string;
}

async function unplugAndHang(lab: LabUnderTest, moments: Moments): Promise<void> {
  try {
    await Promise.all(UNPLUGGED.map(async (server) => unplugForLong(lab, server)));
    await untilServed(lab, UNPLUGGED);
    const clients = await Clients.of(lab, UNPLUGGED);
    try {
      const others = (await lab.ring()).servers.map(({ name }) => name).filter((name) => !isUnplugged(name));
      await unfeltBy(lab, others, async () => hang(lab, clients, moments));
    } catch (error) {
      process.stdout.write(`${clients.log()}\n`);
      throw error;
    } finally {
      await clients.stop();
    }
  } finally {
    await lab.dbssctl('lab', 'thaw', 'files');
    for (const server of UNPLUGGED) await putBack(lab, server);
  }
  await untilManaged(lab, RETURN_LIMIT_S);
}

async function hang(lab: LabUnderTest, clients: Clients, moments: Moments): Promise<void> {
  const holders = await holdersIn(lab);
  process.stdout.write(`served by ${holders}\n`);
  moments.frozen = await clockOf(lab, 'mail');
  const frozen_ms = Date.now();
  await lab.mustRun('lab', 'freeze', 'files');
  await untilHung(clients, frozen_ms);
  await expectDoubtTold(lab, 'web1', HANGS, moments.frozen, TOLD_LIMIT_S);
  while (Date.now() < frozen_ms + HUNG_S * 1000) {
    await expectSame(lab, holders, 'while the storage hangs');
    await pause(1000);
  }
  await expectSame(lab, holders, 'before the storage answers again');
  await lab.mustRun('lab', 'thaw', 'files');
  await clients.untilServed(UNPLUGGED, Date.now(), { limit_s: SERVED_AGAIN_LIMIT_S });
  await expectSame(lab, holders, 'when their clients are served again');
  moments.served = await clockOf(lab, 'mail');
}

/** Otherwise nothing is tested. */
async function untilHung(clients: Clients, since_ms: number): Promise<void> {
  const isHung = (server: string): boolean => {
    const last = clients
      .attemptsOf(server)
      .filter(({ started_ms }) => started_ms > since_ms)
      .slice(-HUNG_ATTEMPTS);
    return last.length === HUNG_ATTEMPTS && last.every(({ ok }) => !ok);
  };
  const deadline_ms = performance.now() + HUNG_LIMIT_S * 1000;
  while (!UNPLUGGED.every(isHung)) {
    expect(performance.now() < deadline_ms, `the clients of ${UNPLUGGED.join(' and ')} to be served no more`, clients.log());
    await pause(500);
  }
}

async function expectSame(lab: LabUnderTest, wanted: string, when: string): Promise<void> {
  const holders = await holdersIn(lab);
  expect(holders === wanted, `the same virtual servers on the same hosts ${when}: ${wanted}`, holders);
}

async function holdersIn(lab: LabUnderTest): Promise<string> {
  const ring = await lab.ring();
  return ring.servers.map(({ name }) => holderOf(ring, name)).join(' ');
}

/** Nobody but the two was taken over, and nobody and nothing was touched from the freeze until the clients were served again. */
async function expectUntouched(lab: LabUnderTest, from: string, { frozen, served }: Moments): Promise<void> {
  const logs = await systemLogsSince(lab, from);
  const touches = expectTouchedOnly(logs, UNPLUGGED).filter(({ at }) => at >= frozen && at <= served);
  expect(touches.length === 0, 'nobody touched while the storage hung', touches);
  const givenUp = [...logs].flatMap(([server, lines]) =>
    lines
      .filter(
        ({ at, text }) =>
          at >= frozen && at <= served && /Virtual server \S+ (does not serve|discarded|is lost|is on|is not in)/.test(text),
      )
      .map(({ at, text }) => `${server}: ${at} ${text}`),
  );
  expect(givenUp.length === 0, 'no virtual server given up while the storage hung', givenUp);
}

function isUnplugged(name: string): boolean {
  return UNPLUGGED.some((server) => server === name);
}
