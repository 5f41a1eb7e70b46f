import { parseLogLine } from '../../agent/src/protocol/log-lines.ts';
import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { putBack, RETURN_LIMIT_S, unplugForLong, untilReady, untilServed } from './failures.ts';
import { expectGeneratedFiles, holderOf, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectOneAnswer, expectReachable, outagesOf, watched } from './watched.ts';

const INTERVAL_S = 10;
/** How long the SEM switch is away: in full what is promised, else two intervals and a margin. */
const SEM_AWAY_S = { full: 300, short: 2 * INTERVAL_S + 5 } as const;
const SERVICE_AWAY_S = 3 * INTERVAL_S;

/** Section 4 on the lab. Those that are only run by name are as true as the others, and take longer than everybody wants to wait each time. */
export const section4Scenarios: readonly Scenario[] = [
  {
    name: 'fig-15',
    promise: 'Fig. 15: mail, ftp and web1 are unplugged at once: every function is recovered, every server returns, files as generated',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      await failAndRecover(lab, ['mail', 'ftp', 'web1']);
    },
  },
  {
    name: 'sem-switch',
    promise: 'the SEM switch is gone (5 minutes with --full): no address moves, nothing stops',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }, { full }) => {
      await expectNothingMoves(lab, 'sem', full ? SEM_AWAY_S.full : SEM_AWAY_S.short);
    },
  },
  {
    name: 'service-switch',
    promise: 'the service switch is gone: no storm of takeovers, neither meanwhile nor afterwards',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await expectNothingMoves(lab, 'service', SERVICE_AWAY_S);
    },
  },
  {
    name: 'fig-10a',
    promise: 'Fig. 10(a): S2 fails: its function is recovered, it returns',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await failAndRecover(lab, ['ftp']);
    },
  },
  {
    name: 'fig-10b',
    promise: 'Fig. 10(b): S2 and S3 fail at the same time: both functions are recovered, both return',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await failAndRecover(lab, ['ftp', 'web1']);
    },
  },
  {
    name: 'fig-10c',
    promise: 'Fig. 10(c): S2, S3 and S4 fail at the same time: all three functions are recovered, all three return',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await failAndRecover(lab, ['ftp', 'web1', 'web2']);
    },
  },
  {
    name: 'fig-10d',
    promise: 'Fig. 10(d): the host of S2b fails while S2 is away: both functions are recovered elsewhere, both servers return',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilReady(lab);
      const seen = await watched(lab, async () => {
        await unplugForLong(lab, 'ftp');
        const ring = await untilServed(lab, ['ftp']);
        const host = holderOf(ring, 'ftp').replace('ftpb@', '');
        await lab.mustRun('lab', 'power', host, 'off');
        await untilServed(lab, ['ftp', host], (holder) => !holder.endsWith(`@${host}`));
        await putBack(lab, 'ftp');
        await untilAllIsAsBefore(lab);
      });
      expectOneAnswer(seen);
    },
  },
  {
    name: 'fig-11',
    promise: 'Fig. 11(a) and (b): after Fig. 10(b) S2 is recovered alone, then S3; the connections are selected anew each time',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilReady(lab);
      const seen = await watched(lab, async () => {
        await Promise.all([lab.mustRun('lab', 'power', 'ftp', 'off'), unplugForLong(lab, 'web1')]);
        await untilServed(lab, ['ftp', 'web1']);
        // S2 returns by itself, and manages what is behind S3, which is away.
        await lab.untilRing(
          'ftp back, managing web2, while web1 is served by a virtual server',
          (ring) => holderOf(ring, 'ftp') === 'ftp' && /^web1b@/.test(holderOf(ring, 'web1')) && managerOf(ring, 'web2') === 'ftp',
          RETURN_LIMIT_S,
        );
        await putBack(lab, 'web1');
        await untilAllIsAsBefore(lab);
      });
      expectOneAnswer(seen);
    },
  },
  {
    name: 'power-cut',
    promise: 'all six servers and the file server lose their power at once and get it back in any order: normal again by itself',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      const machines = (await lab.status()).machines.map(({ name }) => name);
      const seen = await watched(lab, async () => {
        await Promise.all(machines.map((name) => lab.mustRun('lab', 'power', name, 'off')));
        await pause(INTERVAL_S * 1000);
        const order = shuffled(machines);
        process.stdout.write(`powered on in this order: ${order.join(', ')}\n`);
        for (const name of order) {
          await lab.mustRun('lab', 'power', name, 'on');
          await pause(Math.random() * INTERVAL_S * 1000);
        }
        await untilAllIsAsBefore(lab);
      });
      expectOneAnswer(seen);
    },
  },
];

/** Servers lose their power at once: others are not disturbed, each function is recovered by a virtual server, and in the end all is as before. */
export async function failAndRecover(lab: LabUnderTest, servers: readonly string[]): Promise<void> {
  await untilReady(lab);
  const seen = await watched(lab, async () => {
    await Promise.all(servers.map((server) => lab.mustRun('lab', 'power', server, 'off')));
    const ring = await untilServed(lab, servers);
    process.stdout.write(`served by ${servers.map((server) => holderOf(ring, server)).join(', ')}\n`);
    await untilAllIsAsBefore(lab);
  });
  process.stdout.write(`unreachable: ${outagesOf(seen, servers)}\n`);
  expectOneAnswer(seen);
  expectReachable(seen, servers);
}

/** A switch has no power for a while. Nobody may be taken over: every server is well. */
async function expectNothingMoves(lab: LabUnderTest, network: 'service' | 'sem', away_s: number): Promise<void> {
  await untilManaged(lab, RETURN_LIMIT_S);
  const from = await clockOf(lab, 'mail');
  const seen = await watched(lab, async () => {
    await lab.mustRun('lab', 'switch', network, 'off');
    try {
      await pause(away_s * 1000);
    } finally {
      await lab.mustRun('lab', 'switch', network, 'on');
    }
    await untilAllIsAsBefore(lab);
    // Whoever draws a wrong conclusion from what happened does so in the next intervals.
    await pause(2 * INTERVAL_S * 1000);
    await untilAllIsAsBefore(lab);
  });
  expectOneAnswer(seen);
  // On the service network nobody is reachable without its switch.
  if (network === 'sem') expectReachable(seen, []);
  const takeovers = [...(await systemLogsSince(lab, from))].flatMap(([server, lines]) =>
    lines
      .filter(({ text }) => parseLogLine(text.replace(/^__/, ''))?.kind === 'creationStarted')
      .map(({ at, text }) => `${server}: ${at} ${text}`),
  );
  expect(takeovers.length === 0, 'no server taken over', takeovers);
}

async function untilAllIsAsBefore(lab: LabUnderTest): Promise<void> {
  await untilManaged(lab, RETURN_LIMIT_S);
  await expectGeneratedFiles(lab);
}

function managerOf({ servers }: RingView, server: string): string {
  return servers.find(({ name }) => name === server)?.managedBy ?? '';
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
