import type { ExperimentConfiguration } from '../configuration.ts';
import { activationOf } from '../measure-run.ts';
import { PAPER_EXAMINATIONS_S, PAPER_TABLE_1 } from '../paper-figures.ts';
import type { CharacteristicsRecord, ServiceExamination } from '../run-record.ts';
import { spreadOf } from '../statistics.ts';
import { methodsOf } from '../summary.ts';
import { commandOf, secondsOf, spreadInWords, table, troublesOf } from './words.ts';

type Characteristic = 'startTime_s' | 'restartTime_s' | 'virtualServerStart_s' | 'activation_s' | 'networkExamination_s';

const ROWS: readonly { readonly key: Characteristic; readonly what: string }[] = [
  { key: 'startTime_s', what: 'target server: start time, from power on until everything has started and ssh answers' },
  { key: 'restartTime_s', what: 'target server: restart time, from the order until the same' },
  { key: 'virtualServerStart_s', what: 'virtual server: start time, from nothing' },
  { key: 'activation_s', what: 'virtual server: time to activate the suspended one, its installation procedure applied' },
  { key: 'networkExamination_s', what: 'network examination of a server that is off' },
];

/** The section of Table 1 in Markdown. */
export function table1Section(
  configuration: ExperimentConfiguration,
  records: readonly CharacteristicsRecord[],
  /** Where the raw data lie, as the report names it, and what was given as --record. */
  links: { readonly raw: string; readonly record: string },
  /** Tells series apart that differ in nothing but the inventory; empty where there are none. */
  label = '',
): readonly string[] {
  const last = records.at(-1);
  if (last === undefined) return [];
  const { settings, specifications } = last;
  const counted = records.filter((record) => record.void === null);
  const methods = methodsOf(counted);
  const cells = (key: Characteristic | 'resume_s'): readonly string[] =>
    methods.flatMap((method) => {
      const spread = spreadOf(timesOf(counted, method, key));
      return [spreadInWords(spread), String(spread.count)];
    });
  return [
    `## Table 1: specifications, characteristics, setting parameters${label === '' ? '' : ` (${label})`}`,
    '',
    '```sh',
    commandOf(configuration, records, links.record),
    '```',
    '',
    `Raw data: [${links.raw}](${links.raw}).`,
    '',
    '### Characteristics (s)',
    '',
    'Median (quartiles; least–greatest); the paper gives averages of 10.',
    '',
    ...table(
      ['', ...methods.flatMap((method) => [method, 'runs']), 'paper'],
      [
        ...ROWS.map(({ key, what }) => [what, ...cells(key), secondsOf(PAPER_TABLE_1[key])]),
        ['of the activation: resume alone', ...cells('resume_s'), '–'],
      ],
    ),
    ...notBelow(methods, counted),
    '',
    '### Service examination times (s)',
    '',
    "What the managers' own examinations of these services took, over the virtual addresses, in three monitoring intervals of each run: a short dialogue with the daemon,",
    'unless the inventory has `check: work` for it.',
    '',
    ...table(
      ['method', 'daemon', 'of', 'here: mean', 'examinations', 'paper'],
      methods.flatMap((method) => examinationRows(counted.filter((record) => record.method === method)).map((row) => [method, ...row])),
    ),
    '',
    '### Setting parameters (s)',
    '',
    'As they were in the last run; all runs have the same inventory.',
    '',
    ...table(
      ['', 'here', 'paper'],
      [
        ['monitoring interval', secondsOf(settings.interval_s), secondsOf(PAPER_TABLE_1.interval_s)],
        ['network examination (disconnection)', secondsOf(settings.networkExamination_s), secondsOf(PAPER_TABLE_1.networkExamination_s)],
        [
          'maximum waiting time for a service examination',
          secondsOf(settings.serviceExaminationLimit_s),
          secondsOf(PAPER_TABLE_1.serviceExaminationLimit_s),
        ],
        ['maximum wait for the restart of a server', secondsOf(settings.restartWait_s), secondsOf(PAPER_TABLE_1.restartWait_s)],
      ],
    ),
    '',
    '### Specifications',
    '',
    'As they were in the last run.',
    '',
    ...table(
      ['of', '', 'here', 'paper'],
      specifications.map(({ of, what, here, paper }) => [of, what, here, paper]),
    ),
    ...troublesOf(records),
    '',
  ];
}

/** Characteristics whose median is not below the paper's figure; empty where all are. */
function notBelow(methods: readonly string[], records: readonly CharacteristicsRecord[]): readonly string[] {
  const above = methods.flatMap((method) =>
    ROWS.flatMap(({ key, what }) => {
      const { count, median } = spreadOf(timesOf(records, method, key));
      const isAbove = count > 0 && (median === null || median >= PAPER_TABLE_1[key]);
      return isAbove ? [`${what} (${method}) ${secondsOf(median)}, the paper ${secondsOf(PAPER_TABLE_1[key])}`] : [];
    }),
  );
  if (above.length === 0) return [];
  const isEmulated = records.some(({ conditions }) => conditions.accelerator === 'tcg');
  return [
    '',
    `Not below the paper's figure: ${above.join('; ')}.`,
    'The examination of a server that is off lasts until its limit (*Setting parameters*); what it takes beyond that is ours.',
    ...(isEmulated
      ? ['A virtual server that starts from nothing boots a whole system, here on an emulated processor (TCG); the paper had KVM.']
      : []),
  ];
}

/** Times of the runs with a method, null for one that never came. */
export function timesOf(
  records: readonly CharacteristicsRecord[],
  method: string,
  key: Characteristic | 'resume_s',
): readonly (number | null)[] {
  return records
    .filter((record) => record.method === method)
    .flatMap((record) => {
      const time_s = { ...record, ...activationOf(record) }[key];
      return time_s === undefined ? [] : [time_s];
    });
}

/** External examinations only: a server examines its own services over the loopback interface, the paper's managers another server's over the network. */
function examinationRows(records: readonly CharacteristicsRecord[]): readonly (readonly string[])[] {
  const sums = new Map<string, { readonly first: ServiceExamination; number: number; seconds: number }>();
  for (const one of records.flatMap(({ examinations }) => examinations).filter(({ monitoring }) => monitoring === 'external')) {
    const sum = sums.get(one.daemon) ?? { first: one, number: 0, seconds: 0 };
    sum.number += one.number;
    sum.seconds += one.number * one.mean_s;
    sums.set(one.daemon, sum);
  }
  return [...sums.values()].map(({ first, number, seconds }) => {
    const paper_s = first.servers.map((server) => PAPER_EXAMINATIONS_S[server]).find((value) => value !== undefined);
    return [first.daemon, first.servers.join(', '), (seconds / number).toFixed(3), String(number), secondsOf(paper_s)];
  });
}
