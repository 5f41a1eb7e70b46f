import path from 'node:path';
import type { ExperimentResult } from '../../cli/src/commands-base/experiment-command.ts';
import type { MeasuredTarget } from '../../cli/src/experiment/run-record.ts';
import { chooseCases } from './client-work/cases.ts';
import { runCase } from './client-work/run-case.ts';
import { LabUnderTest, pause } from './lab-under-test.ts';
import { untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectTouchedOnly } from './touched.ts';
import { unfeltBy } from './unfelt.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const MANAGER = 'manager';
const INTERVAL_S = 10;
const AWAY_INTERVALS = 3;
const GONE_LIMIT_S = 30;
/** Boot, three intervals of hello, files, and the first examination; twice that on a machine that is busy. */
const BACK_LIMIT_S = 180;
const MANAGED_LIMIT_S = 120;
const UNPLUGGED = 'mail-network,ftp-network,web1-network,web2-network,proxy-network,login-network';
const STOPPED = 'ftp-service';

/** What `experiment --json` tells of a run in which servers failed. */
interface MeasuredRun {
  readonly case: string;
  readonly method: string;
  readonly void: string | null;
  readonly troubles: readonly string[];
  readonly targets: readonly MeasuredTarget[];
}

/** A dedicated management server, as the paper compares the ring with it (§2.1, Fig. 1), on real servers. */
export const dedicatedScenarios: readonly Scenario[] = [
  {
    name: 'dedicated',
    promise:
      'a dedicated management server manages six others and recovers each on itself, so that its client’s work goes on; while it is away nobody’s client feels it, and when it is back it manages them again and recovers a service that has stopped',
    needs: [],
    onlyByName: true,
    run: async () =>
      withLab(async (lab) => {
        await lab.mustRun('bootstrap', lab.inventory);
        await untilManaged(lab, MANAGED_LIMIT_S);
        const targets = await expectOneManager(lab);
        await recoverEach(lab, UNPLUGGED);
        await expectUnfeltAbsence(lab, targets);
        await expectOneManager(lab);
        await recoverEach(lab, STOPPED);
      }),
  },
  {
    name: 'dedicated-experiment',
    promise:
      'the experiment with one failed server runs with a dedicated management server: every time is measured, nothing else goes wrong',
    needs: [],
    onlyByName: true,
    run: async () =>
      withLab(async (lab) => {
        const record = path.join(path.dirname(lab.inventory), 'single-failure');
        const words = ['-i', lab.inventory, '--method', 'dedicated', '--runs', '1', '--record', record, '--json'];
        const { stdout } = await lab.mustRun('experiment', 'table2-one', ...words);
        const result = JSON.parse(stdout) as ExperimentResult;
        const runs = result.runs as readonly MeasuredRun[];
        const cases = runs.map((run) => run.case).sort();
        expect(cases.join() === 'Nt,St', 'one run of each case', cases);
        runs.forEach(expectMeasured);
        expect(result.cells.length === 2, 'a cell for each case', result.cells);
        await untilManaged(lab, MANAGED_LIMIT_S);
      }),
  },
];

async function withLab(act: (lab: LabUnderTest) => Promise<void>): Promise<void> {
  const lab = new LabUnderTest('dedicated.yml');
  try {
    await act(lab);
  } finally {
    await lab.dbssctl('lab', 'down');
    lab.remove();
  }
}

/** @returns the servers that the management server manages: all others */
async function expectOneManager(lab: LabUnderTest): Promise<readonly string[]> {
  const { servers } = await lab.ring();
  for (const { name, managedBy, manages } of servers) {
    const isRight = name === MANAGER ? managedBy === null : managedBy === MANAGER && manages.length === 0;
    expect(isRight, `${name} managed as it should be`, servers);
  }
  return servers.map(({ name }) => name).filter((name) => name !== MANAGER);
}

/** One failure after the other; the virtual server is the management server's own. */
async function recoverEach(lab: LabUnderTest, cases: string): Promise<void> {
  for (const tried of chooseCases(cases)) {
    const seen = await runCase(lab, tried);
    process.stdout.write(`${tried.name}: ${JSON.stringify(seen)}\n`);
    expect(seen.heldBy === `${tried.server}b@${MANAGER}`, `the virtual server of ${tried.server} on ${MANAGER}`, seen.heldBy);
  }
}

/** Without its management server a ring has nobody who recovers a server, and nothing that a client needs of it. */
async function expectUnfeltAbsence(lab: LabUnderTest, targets: readonly string[]): Promise<void> {
  const from = await clockOf(lab, 'ftp');
  const seen = await watched(lab, async () => {
    await unfeltBy(lab, targets, async () => {
      await lab.mustRun('lab', 'power', MANAGER, 'off');
      await lab.untilRing(`${MANAGER} gone`, ({ allManaged }) => !allManaged, GONE_LIMIT_S);
      await pause(AWAY_INTERVALS * INTERVAL_S * 1000);
      const { servers } = await lab.ring();
      const moved = servers.filter(({ name, heldBy }) => name !== MANAGER && heldBy !== name);
      expect(moved.length === 0, 'every other server with its own address', moved);
      await lab.mustRun('lab', 'power', MANAGER, 'on');
      await untilManaged(lab, BACK_LIMIT_S);
    });
  });
  expectOneAnswer(seen);
  expectReachable(seen, [MANAGER]);
  expectTouchedOnly(await systemLogsSince(lab, from), []);
}

function expectMeasured(run: MeasuredRun): void {
  const [target] = run.targets;
  process.stdout.write(`${JSON.stringify(run)}\n`);
  expect(run.method === 'dedicated' && run.void === null, 'a run with the dedicated method that counts', run);
  expect(run.troubles.length === 0, 'nothing that went wrong besides', run.troubles);
  const recovery = target?.recovery ?? null;
  expect(run.targets.length === 1 && target !== undefined && recovery !== null, 'the recovery of the server that failed', run.targets);
  const { disconnection_s, firstAnswer_s, whileServed_s, atReturn_s } = target;
  expect(recovery.manager === MANAGER && recovery.virtualServer === `ftpb@${MANAGER}`, `the recovery on ${MANAGER}`, recovery);
  const times = { ...recovery.times, disconnection_s, firstAnswer_s, whileServed_s, atReturn_s };
  const missing = Object.entries(times).filter(([, time_s]) => time_s === null);
  expect(missing.length === 0, 'every time measured', missing);
}
