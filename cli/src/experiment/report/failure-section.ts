import { FAILURE_EXPERIMENTS, type FailureExperimentName } from '../experiments.ts';
import type { ExperimentConfiguration } from '../configuration.ts';
import type { PaperTimes } from '../paper-figures.ts';
import { targetsOf } from '../measure-run.ts';
import type { FailureRecord } from '../run-record.ts';
import type { Spread } from '../statistics.ts';
import { type Cell, COMPONENTS, methodsOf, summarize } from '../summary.ts';
import { longerThanInExample } from './paper-example.ts';
import { commandOf, COMPONENT_WORDS, faultsInWords, placementInWords, secondsOf, spreadInWords, table, troublesOf } from './words.ts';

type Measure = keyof PaperTimes | 'laterDisconnection_s';

const MEASURES: readonly { readonly key: Measure; readonly title: string; readonly meaning: string; readonly short: string }[] = [
  {
    key: 'serverFunction_s',
    title: 'Recovery time of the server function (s)',
    meaning: 'From the detection to the recovery, in the system log.',
    short: 'server function',
  },
  {
    key: 'target_s',
    title: 'Recovery time of the target server (s)',
    meaning: 'From the detection until the server has its virtual IP address back, in the system log.',
    short: 'target server',
  },
  {
    key: 'disconnection_s',
    title: 'Access disconnection time at the client (s)',
    meaning:
      'From the first XX to the first OK after it, in the access log of a client that uses the server once a second. An XX has the time at which its attempt began, an OK the one at which it was served: never shorter than what the client suffered. A client that felt nothing counts as one that was never served.',
    short: 'access disconnection',
  },
  {
    key: 'laterDisconnection_s',
    title: 'What the client lacked afterwards (s)',
    meaning:
      'All later disconnections together: what the return of the server cost. One that did not end has no length. The example of the paper has none (§5.2).',
    short: 'later disconnections',
  },
];

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
 * @param links where the raw data and the figures lie, as the report names them
 */
export function failureSection(
  experiment: FailureExperimentName,
  configuration: ExperimentConfiguration,
  records: readonly FailureRecord[],
  links: { readonly raw: string; readonly figures: string },
  /** Tells series apart that differ in nothing but the inventory; empty where there are none. */
  label = '',
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
      commandOf(configuration, records),
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
        ['problem', 'server', 'method', ...COMPONENTS.map((component) => COMPONENT_WORDS[component])],
        cells.map((cell) => [
          problemOf(experiment, cell),
          cell.server,
          cell.method,
          ...COMPONENTS.map((component) => (cell.components[component].count === 0 ? '–' : secondsOf(cell.components[component].median))),
        ]),
      ),
      '',
      '### Against the paper',
      '',
      ...verdict(experiment, configuration, cells),
      ...synchronizationFileMissing(records),
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

/** Each median that the paper has a figure for, and of those that are not below it what they consist of. */
function verdict(experiment: FailureExperimentName, { profile }: ExperimentConfiguration, cells: readonly Cell[]): readonly string[] {
  const compared = cells.flatMap((cell) =>
    MEASURES.flatMap((measure) => {
      const paper_s = paperOf(cell, measure.key);
      return paper_s === undefined ? [] : [{ cell, measure, paper_s, isBelow: isBelow(cell[measure.key], paper_s) }];
    }),
  );
  const above = compared.filter((one) => !one.isBelow);
  const other = profile === 'paper' ? [] : [`The profile is ${profile}: the paper has other timing parameters.`, ''];
  return [
    ...other,
    "The paper's figures are averages of 10 runs, ours are medians.",
    `${compared.length - above.length} of ${compared.length} medians are below the paper's figure.`,
    ...(above.length === 0 ? [] : ['']),
    ...above.map(({ cell, measure, paper_s }) => {
      const parts = COMPONENTS.filter((component) => cell.components[component].count > 0).map(
        (component) => `${COMPONENT_WORDS[component]} ${secondsOf(cell.components[component].median)}`,
      );
      const what = `${problemOf(experiment, cell)}, ${cell.server}, ${cell.method}: ${measure.short} ${medianInWords(cell[measure.key])}`;
      const longer = longerThanInExample(cell);
      const against = longer.length === 0 ? '' : ` Longer than in the paper's example of Nt (Fig. 14): ${longer.join(', ')}.`;
      return `- not below: ${what}, the paper ${secondsOf(paper_s)} s. Medians of its parts: ${parts.join(', ')}.${against}`;
    }),
  ];
}

/** Why p2p detects late where the server failed that gives the others the time: what makes a difference between methods must not look like chance. */
function synchronizationFileMissing(records: readonly FailureRecord[]): readonly string[] {
  const sender = records[0]?.servers[0];
  if (!records.some(({ method, faults }) => method === 'p2p' && faults.some(({ server }) => server === sender))) return [];
  return [
    '',
    `With p2p the intervals begin with the S.file of ${sender ?? ''}, the first server of the group (§2.3). Where it has failed, the others wait for it for ` +
      '`answer_ms`, then go on by their own clocks (decision 0410): their detection is later by that. Further failures are found one after another.',
  ];
}

/** What the paper has of this; it gives no figure for later disconnections. */
function paperOf({ paper }: Cell, measure: Measure): number | undefined {
  return measure === 'laterDisconnection_s' ? undefined : paper[measure];
}

function medianInWords({ median }: Spread): string {
  return median === null ? 'never' : `${secondsOf(median)} s`;
}

/** A median that never came is below nothing. */
function isBelow({ median }: Spread, paper_s: number): boolean {
  return median !== null && median < paper_s;
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

function problemOf(experiment: FailureExperimentName, cell: Cell): string {
  const found = FAILURE_EXPERIMENTS[experiment].cases.find(({ name }) => name === cell.case);
  return found === undefined ? cell.case : faultsInWords(found.faults);
}
