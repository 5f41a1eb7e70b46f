import type { ExperimentResult } from '../../cli/src/commands-base/experiment-command.ts';
import type { WrittenReport } from '../../cli/src/experiment/report/write-report.ts';
import { untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';

const SIGINT_EXIT_CODE = 130;
const COMMAND = ['experiment', 'table2-one', '--case', 'St', '--runs', '2'] as const;

export const experimentScenarios: readonly Scenario[] = [
  {
    name: 'experiment',
    promise:
      'an experiment that is stopped in the middle of a run leaves the ring normal, records nothing of that run, and goes on with the missing ones',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      const stopped = lab.start(...COMMAND);
      await stopped.outputMatches(/ftp failed; waiting/);
      const { exitCode, output } = await stopped.interrupt();
      expect(exitCode === SIGINT_EXIT_CODE, `exit code ${String(SIGINT_EXIT_CODE)} after Ctrl-C`, output.slice(-2000));
      expect(/dropped[^]*the ring is normal/.test(output), 'word that the ring is normal again', output.slice(-2000));
      await untilManaged(lab, 1);

      const { stdout } = await lab.mustRun(...COMMAND, '--json');
      const { runs, cells, record } = JSON.parse(stdout) as ExperimentResult;
      expect(runs.length === 2, 'two runs, none of the one that was stopped', runs);
      expect(cells.length === 1 && cells[0]?.serverFunction_s.missing === 0, 'a recovery of the server function in each', cells);
      await untilManaged(lab, 1);

      const again = await lab.mustRun(...COMMAND);
      expect(again.stdout.includes('nothing is done'), 'nothing to be done', again.stdout);
      const other = await lab.dbssctl(...COMMAND, '--method', 'circle');
      expect(other.exitCode === 2, 'exit code 2 for an unknown method', other.stderr);
      const report = JSON.parse((await lab.mustRun('experiment', 'report', '--json')).stdout) as WrittenReport;
      expect(report.runs === 2 && report.figures.length === 1, `a report of ${record}`, report);
    },
  },
];
