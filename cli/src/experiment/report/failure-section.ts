import { FAILURE_EXPERIMENTS, type FailureExperimentName } from '../experiments.ts';
import type { ExperimentConfiguration } from '../configuration.ts';
import { targetsOf } from '../measure-run.ts';
import type { FailureRecord } from '../run-record.ts';
import { type Cell, COMPONENTS, methodsOf, summarize } from '../summary.ts';
import { againstPaper } from './against-paper.ts';
import { loadInWords } from './load-in-words.ts';
import { MEASURES, paperOf, problemOf } from './measures.ts';
import { emulatedTogether, severalFailures, synchronizationFileMissing } from './notes.ts';
import { commandOf, COMPONENT_WORDS, faultsInWords, placementInWords, secondsOf, spreadInWords, table, troublesOf } from './words.ts';

/** A figure of the report. */
export interface ReportFigure {
  /** File name of the SVG. */
  readonly file: string;
  readonly caption: string;
  readonly record: FailureRecord;
}

/** A part of the report in Markdown. */
export interface ReportSection {
  readonly lines: readonly string[];
  readonly figures: readonly ReportFigure[];
}

/**
 * The section of one series of failures: tables with the paper's figures beside ours and the methods beside one another, what is not below the paper, and
 * figures.
 *
 * @param links where the raw data and the figures lie, as the report names them, and what was given as --record
 */
export function failureSection(
  experiment: FailureExperimentName,
  configuration: ExperimentConfiguration,
  records: readonly FailureRecord[],
  links: { readonly raw: string; readonly figures: string; readonly record: string },
  /** Tells series apart that differ in nothing but the inventory; empty where there are none. */
  label = '',
  /** What the same cluster showed when one server failed; empty where that is not recorded. */
  alone: readonly Cell[] = [],
): ReportSection {
  const cells = summarize(experiment, records);
  const methods = methodsOf(records.filter((record) => record.void === null));
  const figures = figuresOf(experiment, configuration, records, label);
  const series = configuration.moment === 'middle' ? '' : ', at a random moment';
  return {
    figures,
    lines: [
      `## ${FAILURE_EXPERIMENTS[experiment].title}${series}${label === '' ? '' : ` (${label})`}`,
      '',
      '```sh',
      commandOf(configuration, records, links.record),
      '```',
      '',
      `${placementInWords(configuration)} Raw data: [${links.raw}](${links.raw}).`,
      ...MEASURES.flatMap((measure) => measureTable(experiment, measure, methods, cells)),
      '',
      '### Where the time goes (medians, s)',
      '',
      'Over the runs whose logs tell them; what never came is not among them. Where another manager had detected the failure first, what passed until the one that',
      'recovered the server detected it, too, belongs to no part.',
      "The parts overlap: after a network problem the target's own manager resumes and installs while it reexamines (decision 0218). The last part is the client's: it",
      'waits for its next attempt, and an attempt in which the virtual server does its first work takes longer; one that is not done in a second is an XX.',
      '',
      ...table(
        ['problem', 'server', 'method', 'recovered by (runs)', ...COMPONENTS.map((component) => COMPONENT_WORDS[component])],
        cells.map((cell) => [
          problemOf(experiment, cell),
          cell.server,
          cell.method,
          Object.entries(cell.recoveredBy)
            .map(([manager, runs]) => `${manager} (${String(runs)})`)
            .join(', '),
          ...COMPONENTS.map((component) => (cell.components[component].count === 0 ? '–' : secondsOf(cell.components[component].median))),
        ]),
      ),
      '',
      '### Against the paper',
      '',
      ...againstPaper(experiment, configuration, cells, alone),
      ...severalFailures(records),
      ...emulatedTogether(records),
      ...synchronizationFileMissing(records),
      ...loadInWords(records),
      ...troublesOf(records),
      ...figures.flatMap(({ file, caption }) => ['', `![${caption}](${links.figures}/${file})`, '', `${caption}.`]),
      '',
    ],
  };
}

function measureTable(
  experiment: FailureExperimentName,
  { key, title, meaning }: (typeof MEASURES)[number],
  methods: readonly string[],
  cells: readonly Cell[],
): readonly string[] {
  const rows = cells.filter((cell) => cell.method === cells.find((one) => one.case === cell.case && one.server === cell.server)?.method);
  return [
    '',
    `### ${title}`,
    '',
    `${meaning} Median (quartiles; least–greatest).`,
    '',
    ...table(
      ['problem', 'server', ...methods.flatMap((method) => [method, `runs`, `paper, ${method}`])],
      rows.map((row) => [
        problemOf(experiment, row),
        row.server,
        ...methods.flatMap((method) => {
          const cell = cells.find((one) => one.case === row.case && one.server === row.server && one.method === method);
          return cell === undefined ? ['–', '0', '–'] : [spreadInWords(cell[key]), String(cell[key].count), secondsOf(paperOf(cell, key))];
        }),
      ]),
    ),
  ];
}

/** One figure for each case and method: the run that lies in the middle by its longest access disconnection. */
function figuresOf(
  experiment: FailureExperimentName,
  { moment }: ExperimentConfiguration,
  records: readonly FailureRecord[],
  label: string,
): readonly ReportFigure[] {
  const counted = records.filter((record) => record.void === null);
  return FAILURE_EXPERIMENTS[experiment].cases.flatMap(({ name, faults }) =>
    methodsOf(counted).flatMap((method): readonly ReportFigure[] => {
      const runs = counted.filter((record) => record.case === name && record.method === method);
      const lengths = runs.map((record) => ({ record, length_s: longestDisconnection_s(record) }));
      const byLength = lengths.toSorted((a, b) => (a.length_s === b.length_s ? 0 : a.length_s - b.length_s));
      const record = byLength[Math.floor((runs.length - 1) / 2)]?.record;
      if (record === undefined) return [];
      const which = runs.length > 1 ? `, the middle one of ${runs.length} by the client's disconnection` : '';
      return [
        {
          file: `${label === '' ? '' : `${label.replaceAll('/', '-')}-`}${experiment}-${moment}-${name}-${method}.svg`,
          caption: `${faultsInWords(faults)} with the method ${method}: run number ${record.index}${which}`,
          record,
        },
      ];
    }),
  );
}

function longestDisconnection_s(record: FailureRecord): number {
  return Math.max(...targetsOf(record).map(({ disconnection_s }) => disconnection_s ?? Infinity));
}
