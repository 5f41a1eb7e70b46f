import { execFileSync } from 'node:child_process';
import { expect, type Scenario } from './scenario.ts';

export const labLifeScenarios: readonly Scenario[] = [
  {
    name: 'measure',
    promise: 'dbssctl --help answers in under 0.2 s, an idle agent stays under 70 MB',
    run: async (lab) => {
      const { exitCode, stdout } = await lab.run(process.execPath, ['test/bench/measure.ts']);
      process.stdout.write(stdout);
      expect(exitCode === 0, 'every promise kept', stdout);
      expect(stdout.includes('web2'), 'the agents measured', stdout);
    },
  },
  {
    name: 'recovery-times',
    promise: 'the recovery time is printed from the system log, broken into its parts',
    run: async (lab) => {
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
  {
    name: 'lab-down',
    promise: 'lab down leaves no namespace, mount, process or bridge',
    run: async (lab) => {
      const id = (JSON.parse((await lab.mustRun('lab', 'status', '--json')).stdout) as { id: string }).id;
      await lab.mustRun('lab', 'down');
      expect(!execFileSync('ip', ['netns'], { encoding: 'utf8' }).includes(id), 'no namespace of this lab');
      expect(!execFileSync('findmnt', ['-n', '-o', 'TARGET'], { encoding: 'utf8' }).includes(id), 'no mount of this lab');
      expect(!execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' }).includes('dbss'), 'no bridge or link of a lab in this namespace');
      const processes = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
      expect(
        processes.every((line) => !line.includes(id)),
        'no process of this lab',
        processes.filter((line) => line.includes(id)),
      );
    },
  },
];
