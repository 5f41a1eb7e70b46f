import { expect, type Scenario } from './scenario.ts';

export const measurementScenarios: readonly Scenario[] = [
  {
    name: 'measure',
    promise: 'dbssctl --help answers in under 0.2 s, an idle agent stays under 70 MB',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      const { exitCode, stdout } = await lab.run(process.execPath, ['test/bench/measure.ts']);
      process.stdout.write(stdout);
      expect(exitCode === 0, 'every promise kept', stdout);
      expect(stdout.includes('web2'), 'the agents measured', stdout);
    },
  },
  {
    name: 'recovery-times',
    promise: 'the recovery time is printed from the system log, broken into its parts',
    needs: ['network-problem'],
    run: async ({ lab }) => {
      const { stdout } = await lab.mustRun('ring', 'recoveries', '--json');
      process.stdout.write(stdout);
      const { recoveries } = JSON.parse(stdout) as { recoveries: { target: string; kind: string }[] };
      expect(
        recoveries.some(({ target }) => target === 'ftp'),
        'the recoveries of ftp',
        stdout,
      );
    },
  },
];
