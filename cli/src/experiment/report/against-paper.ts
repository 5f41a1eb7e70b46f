import type { ExperimentConfiguration } from '../configuration.ts';
import type { FailureExperimentName } from '../experiments.ts';
import type { Spread } from '../statistics.ts';
import { type Cell, COMPONENTS } from '../summary.ts';
import { MEASURES, paperOf, problemOf } from './measures.ts';
import { longerThanInExample } from './paper-example.ts';
import { COMPONENT_WORDS, secondsOf } from './words.ts';

/** Each median that the paper has a figure for, and of those that are not below it what they consist of. */
export function againstPaper(
  experiment: FailureExperimentName,
  { profile }: ExperimentConfiguration,
  cells: readonly Cell[],
): readonly string[] {
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
    `Medians below the paper's figure: ${MEASURES.flatMap(({ key, short }) => {
      const ofKey = compared.filter(({ measure }) => measure.key === key);
      return ofKey.length === 0 ? [] : [`${short} ${ofKey.filter((one) => one.isBelow).length} of ${ofKey.length}`];
    }).join(', ')}. It gives none for later disconnections.`,
    ...(above.length === 0 ? [] : ['']),
    ...above.map(({ cell, measure, paper_s }) => {
      const parts = COMPONENTS.filter((component) => cell.components[component].count > 0).map(
        (component) => `${COMPONENT_WORDS[component]} ${secondsOf(cell.components[component].median)}`,
      );
      const what = `${problemOf(experiment, cell)}, ${cell.server}, ${cell.method}: ${measure.short} ${medianInWords(cell[measure.key])}`;
      const longer = longerThanInExample(cell);
      const against =
        longer.length === 0 ? '' : ` Longer than in the paper's example (Fig. 14: the plug of ftp alone): ${longer.join(', ')}.`;
      return `- not below: ${what}, the paper ${secondsOf(paper_s)} s. Medians of its parts: ${parts.join(', ')}.${against}`;
    }),
  ];
}

function medianInWords({ median }: Spread): string {
  return median === null ? 'never' : `${secondsOf(median)} s`;
}

/** A median that never came is below nothing. */
function isBelow({ median }: Spread, paper_s: number): boolean {
  return median !== null && median < paper_s;
}
