import type { ExperimentConfiguration } from '../configuration.ts';
import type { RunConditions } from '../run-conditions.ts';
import { seriesInWords, table } from './words.ts';

/** A series as far as it is needed here. */
interface Series {
  readonly configuration: ExperimentConfiguration;
  readonly records: readonly { readonly conditions: RunConditions }[];
}

/** In what the runs of one series may differ, and the series among each other: all that the conditions of each hold. */
const COLUMNS: readonly (readonly [head: string, of: (conditions: RunConditions) => string])[] = [
  ['Linux', ({ kernel }) => kernel],
  ['memory', ({ memory_gib }) => `${memory_gib.toFixed(1)} GiB`],
  ['processor', ({ processor }) => processor || 'unknown'],
  ['virtual servers', ({ accelerator, qemu_version }) => `${accelerator.toUpperCase()} of QEMU ${qemu_version}`],
  ['their image built from', ({ image }) => image],
  ['dbssctl of the commit', ({ commit }) => commit ?? 'unknown'],
];

/**
 * On what each series was made, in Markdown: who compares two must see whether machine and image are the same.
 * @param labels what tells series apart that differ in nothing but the inventory, in the order of the series
 */
export function conditionsTable(series: readonly Series[], labels: readonly string[]): readonly string[] {
  const rows = series.map(({ configuration, records }, index) => {
    const distinct = (of: (conditions: RunConditions) => string): string =>
      [...new Set(records.map(({ conditions }) => of(conditions)))].join(', ');
    const boots = new Set(records.map(({ conditions }) => conditions.boot)).size;
    return [seriesInWords(configuration, labels[index]), String(boots), ...COLUMNS.map(([, of]) => distinct(of))];
  });
  return [
    'On what the runs of each series were made:',
    '',
    ...table(['series', 'boots of the machine', ...COLUMNS.map(([head]) => head)], rows),
  ];
}
