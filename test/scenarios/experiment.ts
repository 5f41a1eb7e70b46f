import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentResult } from '../../cli/src/commands-base/experiment-command.ts';
import type { DroppedRun } from '../../cli/src/experiment/record-store.ts';
import type { FailureRecord } from '../../cli/src/experiment/run-record.ts';
import type { WrittenReport } from '../../cli/src/experiment/report/write-report.ts';
import { untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';

const SIGINT_EXIT_CODE = 130;
const COMMAND = ['experiment', 'table2-one', '--case', 'St', '--method', 'ring,p2p', '--runs', '1'] as const;
/** An attempt of a client starts a little after its time, and so does a failure. */
const PHASE_LIMIT_MS = 100;
const ACCESS_INTERVAL_MS = 1000;

export const experimentScenarios: readonly Scenario[] = [
  {
    name: 'experiment',
    promise:
      'an experiment that is stopped in the middle of a run leaves the ring normal, says of that run only that it was dropped, and goes on with the missing ones; methods are compared with clients of the same phase',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      const stopped = lab.start(...COMMAND);
      await stopped.outputMatches(/ftp failed; waiting/);
      const { exitCode, output } = await stopped.interrupt();
      expect(exitCode === SIGINT_EXIT_CODE, `exit code ${String(SIGINT_EXIT_CODE)} after Ctrl-C`, output.slice(-2000));
      expect(/dropped[^]*the ring is normal/.test(output), 'word that the ring is normal again', output.slice(-2000));
      await untilManaged(lab, 1);
      const dropped = droppedRuns(output);
      expect(dropped.length === 1 && dropped[0]?.case === 'St' && dropped[0].index === 1, 'one run noted as dropped', dropped);

      const { stdout } = await lab.mustRun(...COMMAND, '--json');
      const { runs, cells, record } = JSON.parse(stdout) as ExperimentResult;
      expect(runs.length === 2, 'two runs, none of the one that was stopped', runs);
      const recovered = cells.filter(({ serverFunction_s }) => serverFunction_s.missing === 0);
      expect(cells.length === 2 && recovered.length === 2, 'a recovery of the server function in each', cells);
      const records = recordedRuns(record);
      expectSamePhase(records);
      for (const { load } of records) {
        const at = load.map((sample) => sample.at).join();
        expect(at === 'begin,failed,served again,end', "the machine's load at each step of a run", at);
      }
      await untilManaged(lab, 1);

      const again = await lab.mustRun(...COMMAND);
      expect(again.stdout.includes('nothing is done'), 'nothing to be done', again.stdout);
      const other = await lab.dbssctl(...COMMAND, '--method', 'circle');
      expect(other.exitCode === 2, 'exit code 2 for an unknown method', other.stderr);
      const report = JSON.parse((await lab.mustRun('experiment', 'report', '--json')).stdout) as WrittenReport;
      expect(report.runs === 2 && report.figures.length === 2, `a report of ${record}`, report);
    },
  },
];

/** What a command that was stopped has written beside the record it names. */
function droppedRuns(output: string): readonly DroppedRun[] {
  const directory = /recorded in (\S+)/.exec(output)?.[1];
  expect(directory !== undefined, 'the place of the record', output.slice(0, 500));
  const lines = readFileSync(path.join(directory, 'dropped.jsonl'), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as DroppedRun);
}

function recordedRuns(directory: string): readonly FailureRecord[] {
  const runs = path.join(directory, 'runs');
  return readdirSync(runs).map((name) => JSON.parse(readFileSync(path.join(runs, name), 'utf8')) as FailureRecord);
}

/** How long after the failure the client tries must not depend on the method: that alone would make a difference of up to a second between them. */
function expectSamePhase(records: readonly FailureRecord[]): void {
  const phases_ms = records.map(({ faults, access }) => {
    const at_ms = faults[0]?.at_ms ?? NaN;
    const next = access['ftp']?.find(({ started_ms }) => started_ms > at_ms);
    return (next?.started_ms ?? NaN) - at_ms;
  });
  const [one = NaN, other = NaN] = phases_ms;
  // Just before and just after a failure are near each other, too.
  const apart_ms = Math.abs(one - other) % ACCESS_INTERVAL_MS;
  expect(Math.min(apart_ms, ACCESS_INTERVAL_MS - apart_ms) <= PHASE_LIMIT_MS, 'the same phase of the clients with both methods', phases_ms);
}
