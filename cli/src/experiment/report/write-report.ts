import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../errors.ts';
import { writeAtomically } from '../../inventory/write-atomically.ts';
import type { ExperimentConfiguration } from '../configuration.ts';
import { RecordStore } from '../record-store.ts';
import { areMadeAlike } from '../run-conditions.ts';
import type { CharacteristicsRecord, FailureRecord } from '../run-record.ts';
import { type Cell, summarize } from '../summary.ts';
import { conditionsTable } from './conditions-table.ts';
import { failureSection, type ReportFigure } from './failure-section.ts';
import { renderSvg } from './render-svg.ts';
import { table1Section } from './table1-section.ts';
import { timelineOf } from './timeline.ts';
import { layoutTimeline } from './timeline-layout.ts';
import { seriesInWords, table } from './words.ts';

const MODE = 0o644;
/** As the paper has them. */
const ORDER: readonly ExperimentConfiguration['experiment'][] = ['table1', 'table2-one', 'table2-two', 'fig15'];

/** In what a failure of several servers and one of a single server must agree to be held against one another. */
const ALIKE = ['agent', 'inventory', 'moment', 'machine'] as const;

export interface WrittenReport {
  readonly report: string;
  readonly figures: readonly string[];
  /** Runs in it, void ones included. */
  readonly runs: number;
}

/**
 * Make one report of all experiments that are recorded in a directory.
 *
 * @param root the directory that was given to the experiments as --record, or one that holds several such
 * @param output the Markdown file; its figures lie in a directory beside it that is called like it
 * @throws UserError when nothing is recorded there
 */
export async function writeReport(root: string, output: string): Promise<WrittenReport> {
  const stores = await storesIn(root);
  const figureDirectory = output.replace(/\.md$/, '');
  const beside = (file: string): string => path.relative(path.dirname(output), file).split(path.sep).join('/');
  const figures: ReportFigure[] = [];
  const labels = labelsOf(stores, root);
  const sections = stores.flatMap((store, index): readonly string[] => {
    const { configuration, records } = store;
    const label = labels[index] ?? '';
    const raw = beside(path.join(store.directory, 'runs'));
    const links = { raw, figures: beside(figureDirectory), record: fromHere(path.dirname(store.directory)) };
    if (configuration.experiment === 'table1') return table1Section(configuration, records.filter(isCharacteristics), links, label);
    const section = failureSection(
      configuration.experiment,
      configuration,
      records.filter(isFailure),
      links,
      label,
      aloneIn(stores, store),
    );
    figures.push(...section.figures);
    return section.lines;
  });
  await mkdir(figures.length === 0 ? path.dirname(output) : figureDirectory, { recursive: true });
  for (const { file, caption, record } of figures) {
    await writeAtomically(path.join(figureDirectory, file), renderSvg(layoutTimeline(timelineOf(record, caption))), MODE);
  }
  await writeAtomically(output, `${[...introduction(stores, labels), ...sections].join('\n').trimEnd()}\n`, MODE);
  return {
    report: output,
    figures: figures.map(({ file }) => path.join(figureDirectory, file)),
    runs: stores.reduce((sum, { records }) => sum + records.length, 0),
  };
}

/** What the same agent and inventory showed at the same moment, on the same processor with the same image, when one server failed. */
function aloneIn(stores: readonly RecordStore[], { configuration, records }: RecordStore): readonly Cell[] {
  const store = stores.find(
    ({ configuration: one, records: others }) =>
      one.experiment === 'table2-one' && ALIKE.every((key) => one[key] === configuration[key]) && areMadeAlike(records, others),
  );
  return store === undefined ? [] : summarize('table2-one', store.records.filter(isFailure));
}

/** As somebody would write it who is where this report is written; a report names no place outside. */
function fromHere(directory: string): string {
  const relative = path.relative(process.cwd(), directory);
  return relative.startsWith('..') || path.isAbsolute(relative) ? 'DIR' : relative;
}

async function storesIn(root: string): Promise<readonly RecordStore[]> {
  const stores: RecordStore[] = [];
  // One level more, so that series of several inventories can lie beside each other.
  const directories = directoriesIn(root);
  for (const directory of [...directories, ...directories.flatMap(directoriesIn)]) {
    const store = await RecordStore.read(directory);
    if (store !== undefined && store.records.length > 0) stores.push(store);
  }
  if (stores.length === 0) {
    throw new UserError(`${root}: no run of an experiment is recorded there`, {
      hint: 'run one, e.g. dbssctl experiment table2-one; the directory is the one that it names',
    });
  }
  const place = ({ configuration }: RecordStore): number =>
    ORDER.indexOf(configuration.experiment) * 2 + (configuration.moment === 'middle' ? 0 : 1);
  return stores.sort((a, b) => place(a) - place(b));
}

/**
 * What tells series apart: nothing where there is one cluster, else the cluster; where that would repeat, the place of the record below the root.
 */
function labelsOf(stores: readonly RecordStore[], root: string): readonly string[] {
  const clusters = new Set(stores.map(({ configuration }) => configuration.cluster));
  const series = ({ experiment, moment, cluster }: ExperimentConfiguration): string => `${experiment} ${moment} ${cluster}`;
  return stores.map(({ configuration, directory }) => {
    const same = stores.filter((other) => series(other.configuration) === series(configuration));
    if (same.length > 1) return path.relative(root, directory).split(path.sep).join('/');
    return clusters.size === 1 ? '' : configuration.cluster;
  });
}

function directoriesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map(({ name }) => path.join(directory, name)).sort();
}

function introduction(stores: readonly RecordStore[], labels: readonly string[]): readonly string[] {
  const rows = stores.map(({ configuration, records }, index) => {
    const { cluster, version, agent, inventory, profile, quorum, machine } = configuration;
    const days = records.map(({ begun }) => begun.slice(0, 10)).sort();
    const when = [...new Set([days[0] ?? '', days.at(-1) ?? ''])].join(' to ');
    return [
      seriesInWords(configuration, labels[index]),
      cluster,
      String(records.length),
      when,
      version,
      agent,
      inventory,
      profile,
      quorum,
      machine,
    ];
  });
  return [
    '# Section 5 of the paper, repeated',
    '',
    "Written by `dbssctl experiment report` from recorded runs; every figure below is measured, or the paper's. Nt: the plug of the server is pulled. St: its",
    'services are stopped, and a restart of the server brings them back. The times are those of §5.2. What never came counts as longer than all others.',
    'How it is measured: `docs/experiments.md`. Each command makes, or goes on with, the runs of its section; the inventory of the cluster goes in with `-i`.',
    '',
    'The servers are containers of one machine (systemd-nspawn) that share its kernel and its processors; their virtual servers are QEMU guests. A container boots',
    'in a fraction of the time of a machine: what stands here of starts, restarts and the recovery time of the target server says nothing about hardware. The',
    'maximum wait for the restart of a server is that of the profile.',
    '',
    "In the lower part of Table 2 the paper's cells have two lines; the upper one is read as that of Web 1, the lower one as that of FTP.",
    '',
    ...table(['series', 'cluster', 'runs', 'made', 'dbssctl', 'agent', 'inventory', 'profile', 'quorum', 'machine'], rows),
    '',
    ...conditionsTable(stores, labels),
    '',
    ...droppedInWords(stores),
  ];
}

/** Runs that were broken off after their servers had failed. */
function droppedInWords(stores: readonly RecordStore[]): readonly string[] {
  const dropped = stores.flatMap((store) =>
    store.dropped.map(
      (run) => `- ${store.configuration.experiment}, ${run.case}, ${run.method}, number ${run.index}, begun ${run.begun}: ${run.why}`,
    ),
  );
  return dropped.length === 0 ? [] : ['Runs that were dropped after their servers had failed, and done again:', '', ...dropped, ''];
}

function isFailure(record: { readonly kind: string }): record is FailureRecord {
  return record.kind === 'failure';
}

function isCharacteristics(record: { readonly kind: string }): record is CharacteristicsRecord {
  return record.kind === 'characteristics';
}
