import Table from 'cli-table3';
import type { ExperimentConfiguration } from './configuration.ts';
import type { CharacteristicsRecord, FailureRecord, RunRecord } from './run-record.ts';
import { type Spread, spreadOf } from './statistics.ts';
import { timesOf } from './report/table1-section.ts';
import { methodsOf, summarize } from './summary.ts';
import { PAPER_TABLE_1 } from './paper-figures.ts';

/** Medians of what is recorded, for a person, with the paper's figures. */
export function renderSummary({ experiment }: Pick<ExperimentConfiguration, 'experiment'>, records: readonly RunRecord[]): string {
  const failures = records.filter((record): record is FailureRecord => record.kind === 'failure');
  const characteristics = records.filter((record): record is CharacteristicsRecord => record.kind === 'characteristics');
  const table = new Table({ head: [], style: { head: [], border: [], compact: true } });
  if (experiment === 'table1') {
    const counted = characteristics.filter((record) => record.void === null);
    const methods = methodsOf(counted);
    table.push(['median (least–greatest), in seconds', ...methods, 'paper']);
    for (const key of ['startTime_s', 'restartTime_s', 'virtualServerStart_s', 'activation_s', 'networkExamination_s'] as const) {
      const here = methods.map((method) => inWords(spreadOf(timesOf(counted, method, key))));
      table.push([CHARACTERISTIC_WORDS[key], ...here, PAPER_TABLE_1[key].toFixed(2)]);
    }
  } else {
    const measures = ['server function', 'paper', 'target server', 'paper', 'disconnection', 'paper'];
    table.push(['case', 'server', 'method', 'runs', ...measures]);
    for (const cell of summarize(experiment, failures)) {
      const pair = (key: 'serverFunction_s' | 'target_s' | 'disconnection_s'): readonly string[] => [
        inWords(cell[key]),
        cell.paper[key]?.toFixed(2) ?? '-',
      ];
      const times = [...pair('serverFunction_s'), ...pair('target_s'), ...pair('disconnection_s')];
      table.push([cell.case, cell.server, cell.method, String(cell.disconnection_s.count), ...times]);
    }
  }
  return `Medians (least–greatest) in seconds; what never came counts as the longest.\n${table.toString()}`;
}

const CHARACTERISTIC_WORDS = {
  startTime_s: 'start of a target server',
  restartTime_s: 'restart of a target server',
  virtualServerStart_s: 'start of a virtual server from nothing',
  activation_s: 'activation of a suspended one',
  networkExamination_s: 'network examination (disconnection)',
} as const;

function inWords({ count, median, min, max }: Spread): string {
  const seconds = (value: number | null): string => (value === null ? 'never' : value.toFixed(2));
  return count === 0 ? '-' : `${seconds(median)} (${seconds(min)}–${seconds(max)})`;
}
