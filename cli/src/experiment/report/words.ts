import type { ExperimentConfiguration } from '../configuration.ts';
import type { Component } from '../summary.ts';
import { FAILURE_EXPERIMENTS, type PlannedFault } from '../experiments.ts';
import { troublesOfRun } from '../measure-run.ts';
import type { RunRecord } from '../run-record.ts';
import { methodsOf } from '../summary.ts';
import type { Spread } from '../statistics.ts';

export const COMPONENT_WORDS: Readonly<Record<Component, string>> = {
  faultToDetection_s: 'failure to detection',
  detection_s: 'examination that detected it',
  reexamination_s: 'reexamination',
  selection_s: 'selection',
  resume_s: 'resume',
  installation_s: 'installation',
  address_s: 'address',
  firstAnswer_s: "from there to the client's first OK",
};

/** Seconds with hundredths; `never` for what never came, `–` where there is nothing. */
export function secondsOf(value: number | null | undefined): string {
  return value === undefined ? '–' : value === null ? 'never' : value.toFixed(2);
}

/** `**2.16** (2.10–2.20; 2.05–2.31)`: the median, the quartiles, the least and the greatest. */
export function spreadInWords(spread: Spread): string {
  if (spread.count === 0) return '–';
  const { median, lowerQuartile, upperQuartile, min, max } = spread;
  const middle = `**${secondsOf(median)}**`;
  return spread.count === 1
    ? middle
    : `${middle} (${secondsOf(lowerQuartile)}–${secondsOf(upperQuartile)}; ${secondsOf(min)}–${secondsOf(max)})`;
}

/** `table2-one, middle`; a label in brackets behind it, where there is one. */
export function seriesInWords({ experiment, moment }: ExperimentConfiguration, label = ''): string {
  return `${experiment}${experiment === 'table1' ? '' : `, ${moment}`}${label === '' ? '' : ` (${label})`}`;
}

/** `ftp St, web1 Nt` */
export function faultsInWords(faults: readonly PlannedFault[]): string {
  return faults.map(({ server, problem }) => `${server} ${problem}`).join(', ');
}

/**
 * The command that makes, or goes on with, such a record.
 * @param record what was given as --record
 */
export function commandOf({ experiment, moment, seed }: ExperimentConfiguration, records: readonly RunRecord[], record: string): string {
  const runs = Math.max(1, ...records.map(({ index }) => index));
  const where = experiment === 'table1' ? '' : moment === 'middle' ? ' --moment middle' : ` --moment random --seed ${seed ?? 0}`;
  const cases = [...new Set(records.map((run) => run.case))];
  const isAll = experiment === 'table1' || cases.length === FAILURE_EXPERIMENTS[experiment].cases.length;
  const which = isAll ? '' : cases.map((one) => ` --case ${one}`).join('');
  return `dbssctl experiment ${experiment} --method ${methodsOf(records).join(',')}${which} --runs ${runs}${where} --record ${record}`;
}

/** Where the failures of a series are placed. */
export function placementInWords({ moment, seed }: ExperimentConfiguration): string {
  switch (moment) {
    case 'middle':
      return 'The failure is placed at the middle of the monitoring interval, as in the paper.';
    case 'random':
      return `The failure is placed at a random moment of the monitoring interval (seed ${seed ?? 0}), not at its middle as in the paper.`;
  }
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** Runs that something happened to, as a list; empty when nothing did. */
export function troublesOf(records: readonly RunRecord[]): readonly string[] {
  const name = ({ case: caseName, method, index }: RunRecord): string => `${caseName}, ${method}, number ${index}`;
  const told = records.map((record) => ({ record, troubles: troublesOfRun(record) }));
  const troubled = told.filter(({ record, troubles }) => record.void === null && troubles.length > 0);
  const voids = told.filter(({ record }) => record.void !== null);
  return [
    ...(troubled.length === 0
      ? []
      : [
          '',
          'Runs in which something else went wrong; they count like the others:',
          '',
          ...troubled.map(({ record, troubles }) => `- ${name(record)}: ${troubles.join('; ')}`),
        ]),
    ...(voids.length === 0
      ? []
      : [
          '',
          'Runs that measured nothing, and were done again:',
          '',
          ...voids.map(({ record, troubles }) => `- ${name(record)}: ${[record.void ?? '', ...troubles].join('; ')}`),
        ]),
  ];
}
