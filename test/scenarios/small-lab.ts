import { parseLogLine } from '../../agent/src/protocol/log-lines.ts';
import { LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilManaged } from './managed-ring.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { expectUnchanged, runPlaybook } from './playbook.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';

/** A monitoring interval and a little more: whoever lost something by what was done finds out in that time. */
const INTERVAL_MS = 12_000;

export const smallLabScenarios: readonly Scenario[] = [
  {
    name: 'site-playbook',
    promise: 'the playbook works by itself on machines that no bootstrap has seen, and changes nothing the second time',
    needs: [],
    run: async ({ small }) => {
      await small.mustRun('lab', 'up');
      const first = await runPlaybook(small);
      const servers = (await small.status()).machines.filter(({ kind }) => kind === 'server').map(({ name }) => name);
      expect(
        servers.every((server) => (first.get(server)?.changed ?? 0) > 0),
        'something deployed to each server',
        [...first],
      );
      for (const server of servers) await small.exec(server, 'systemctl', 'is-active', 'dbss-agent.service', 'libvirtd.socket');
      expectUnchanged(await runPlaybook(small));
    },
  },
  {
    name: 'small',
    promise: 'three labs live side by side: a ring of six, one of three, and machines with the same names and addresses; each goes alone',
    needs: ['bootstrap', 'site-playbook'],
    run: async ({ lab, small }) => {
      const from = await clockOf(lab, 'mail');
      await small.mustRun('bootstrap', small.inventory);
      await untilManaged(small, 60);
      await untilManaged(lab, 60);
      await expectTwinLeavesAlone(small);
      await expectGeneratedFiles(small);
      await expectGeneratedFiles(lab);
      await small.mustRun('lab', 'down');
      await expectNothingLeft(small);
      await pause(INTERVAL_MS);
      await untilManaged(lab, 1);
      await expectNoTakeover(lab, from);
    },
  },
];

/** A second lab of the same inventory in another directory, as of another checkout, has machines of its own. */
async function expectTwinLeavesAlone(small: LabUnderTest): Promise<void> {
  const twin = new LabUnderTest('small.yml');
  try {
    await twin.mustRun('lab', 'up');
    const agent = ['systemctl', 'is-active', 'dbss-agent.service'];
    expect((await twin.dbssctl('lab', 'exec', 'www', '--', ...agent)).stdout.trim() === 'inactive', 'no agent deployed in the twin');
    await twin.mustRun('lab', 'down');
    await expectNothingLeft(twin);
  } finally {
    await twin.dbssctl('lab', 'down');
    twin.remove();
  }
  await pause(INTERVAL_MS);
  await untilManaged(small, 1);
}

/** Also under the load of another lab that comes up nobody takes a healthy server over. */
async function expectNoTakeover(lab: LabUnderTest, from: string): Promise<void> {
  const takeovers = [...(await systemLogsSince(lab, from))].flatMap(([server, lines]) =>
    lines
      .filter(({ text }) => parseLogLine(text.replace(/^__/, ''))?.kind === 'creationStarted')
      .map(({ at, text }) => `${server}: ${at} ${text}`),
  );
  expect(takeovers.length === 0, 'no server taken over', takeovers);
}
