import type { ExperimentConfiguration } from '../configuration.ts';
import type { FailureExperimentName } from '../experiments.ts';
import type { Cell } from '../summary.ts';
import { againstOneServer } from './against-one-server.ts';
import { MEASURES, paperOf } from './measures.ts';
import { isBelow, longerInWords, notBelow, partsOf } from './not-below.ts';
import { secondsOf } from './words.ts';

/**
 * Each median that the paper has a figure for, and of those that are not below it what they consist of; with the paper's timing parameters the same against its
 * figures for the failure of one server.
 *
 * @param alone what was measured here of a failure of one server; empty where nothing was
 */
export function againstPaper(
  experiment: FailureExperimentName,
  { profile }: ExperimentConfiguration,
  cells: readonly Cell[],
  alone: readonly Cell[],
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
    ...above.map(
      ({ cell, measure, paper_s }) =>
        `- ${notBelow(experiment, cell, measure.key)}, the paper ${secondsOf(paper_s)} s. ${[partsOf(cell), ...longerInWords(cell)].join(' ')}`,
    ),
    ...(profile === 'paper'
      ? againstOneServer(experiment, cells, alone, (cell, key) => above.some((one) => one.cell === cell && one.measure.key === key))
      : []),
  ];
}
