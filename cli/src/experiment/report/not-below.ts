import type { FailureExperimentName } from '../experiments.ts';
import type { Spread } from '../statistics.ts';
import { type Cell, COMPONENTS } from '../summary.ts';
import { type Measure, MEASURES, problemOf } from './measures.ts';
import { longerThanInExample } from './paper-example.ts';
import { COMPONENT_WORDS, secondsOf } from './words.ts';

/** A median that never came is below nothing. */
export function isBelow({ median }: Spread, figure_s: number): boolean {
  return median !== null && median < figure_s;
}

/** `not below: ftp Nt, ftp, ring: access disconnection 11.64 s` */
export function notBelow(experiment: FailureExperimentName, cell: Cell, measure: Measure): string {
  const short = MEASURES.find(({ key }) => key === measure)?.short ?? measure;
  const { median } = cell[measure];
  const here = median === null ? 'never' : `${secondsOf(median)} s`;
  return `not below: ${problemOf(experiment, cell)}, ${cell.server}, ${cell.method}: ${short} ${here}`;
}

/** Of what the recoveries of a cell consist, in medians. */
export function partsOf({ components }: Cell): string {
  const parts = COMPONENTS.filter((component) => components[component].count > 0).map(
    (component) => `${COMPONENT_WORDS[component]} ${secondsOf(components[component].median)}`,
  );
  return `Medians of its parts: ${parts.join(', ')}.`;
}

/** The parts that took longer than in the paper's example, as one sentence or none. */
export function longerInWords(cell: Cell): readonly string[] {
  const longer = longerThanInExample(cell);
  return longer.length === 0 ? [] : [`Longer than in the paper's example (Fig. 14: the plug of ftp alone): ${longer.join(', ')}.`];
}
