import { LabUnderTest } from './lab-under-test.ts';
import { expectGeneratedFiles, untilManaged } from './managed-ring.ts';
import { expectNothingLeft } from './nothing-left.ts';
import type { CommandEnd } from './running-command.ts';
import { expect, type Scenario } from './scenario.ts';

/** The first machine is up, others are just being started. */
const AMID_LAB_UP = /machines: \S+: started in/;
const AMID_DEPLOYMENT = /Copy the files of this server/;
const SIGINT_EXIT_CODE = 130;

export const interruptedScenarios: readonly Scenario[] = [
  {
    name: 'interrupted',
    promise: 'an interrupted bootstrap leaves nothing that lab down does not remove, and the next bootstrap goes on where it was',
    needs: [],
    run: async () => {
      const lab = new LabUnderTest('small.yml');
      try {
        expectInterrupted(await ctrlC(lab, AMID_LAB_UP));
        await lab.mustRun('lab', 'down');
        await expectNothingLeft(lab);
        expectKilled(await kill(lab, AMID_LAB_UP));
        await lab.mustRun('lab', 'down');
        await expectNothingLeft(lab);
        expectKilled(await kill(lab, AMID_LAB_UP));
        const up = await machinesOn(lab);
        expectInterrupted(await ctrlC(lab, AMID_DEPLOYMENT));
        const { stdout } = await lab.mustRun('bootstrap', lab.inventory);
        expect(stdout.includes('Start the lab: it runs already'), 'a lab that runs already', stdout.slice(-3000));
        const now = await machinesOn(lab);
        expect(up.size > 0 && [...up].every(([name, pid]) => now.get(name) === pid), 'the machines of the first run', [[...up], [...now]]);
        await untilManaged(lab, 60);
        await expectGeneratedFiles(lab);
      } finally {
        await lab.dbssctl('lab', 'down');
        lab.remove();
      }
    },
  },
];

/** Ctrl-C at the terminal of a bootstrap that has written this. */
async function ctrlC(lab: LabUnderTest, moment: RegExp): Promise<CommandEnd> {
  const bootstrap = lab.start('bootstrap', lab.inventory);
  await bootstrap.outputMatches(moment);
  return bootstrap.interrupt();
}

async function kill(lab: LabUnderTest, moment: RegExp): Promise<CommandEnd> {
  const bootstrap = lab.start('bootstrap', lab.inventory);
  await bootstrap.outputMatches(moment);
  return bootstrap.kill();
}

function expectInterrupted({ exitCode, output }: CommandEnd): void {
  expect(
    exitCode === SIGINT_EXIT_CODE,
    `exit code ${String(SIGINT_EXIT_CODE)} after Ctrl-C`,
    `${String(exitCode)}: ${output.slice(-1000)}`,
  );
}

function expectKilled({ signal, output }: CommandEnd): void {
  expect(signal === 'SIGKILL', 'an end by SIGKILL', `${String(signal)}: ${output.slice(-1000)}`);
}

/** First processes of the machines that are on, by machine: one that is started again has another. */
async function machinesOn(lab: LabUnderTest): Promise<ReadonlyMap<string, number>> {
  const { machines } = await lab.status();
  return new Map(machines.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid] as const])));
}
