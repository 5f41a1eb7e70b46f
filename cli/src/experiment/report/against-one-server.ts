import type { FailureExperimentName, Problem } from '../experiments.ts';
import { oneServerTimes, PAPER_TABLE_1, paperTimes } from '../paper-figures.ts';
import { type Cell, COMPONENTS } from '../summary.ts';
import { isBelow, longerInWords, notBelow, partsOf } from './not-below.ts';
import { hundredths, laterDetected_s } from './paper-example.ts';
import { COMPONENT_WORDS, secondsOf } from './words.ts';

const PROBLEMS: readonly Problem[] = ['Nt', 'St'];
const PROMISED = [
  { key: 'serverFunction_s', short: 'server function' },
  { key: 'disconnection_s', short: 'access disconnection' },
] as const;
type Promised = (typeof PROMISED)[number]['key'];
/** Less tells nothing: two medians of the same thing differ by that. */
const NOTED_S = 0.1;

/**
 * How many medians are below the paper's figures for the failure of one server with the ring (Table 2, upper part), however many servers failed, and of the
 * others what they consist of: also of those that are below the paper's own figure for several. Its two methods alone are held against them.
 *
 * @param alone what was measured here of a failure of one server
 * @param isTold whether the parts of a median stand above already
 */
export function againstOneServer(
  experiment: FailureExperimentName,
  cells: readonly Cell[],
  alone: readonly Cell[],
  isTold: (cell: Cell, key: Promised) => boolean,
): readonly string[] {
  const compared = cells
    .filter(({ server, method, case: name }) => paperTimes(experiment, name, server, method) !== undefined)
    .flatMap((cell) =>
      PROMISED.map(({ key }) => {
        const figure_s = oneServerTimes(cell.problem)[key] ?? 0;
        return { cell, key, figure_s, isBelow: isBelow(cell[key], figure_s) };
      }),
    );
  if (compared.length === 0) return [];
  const figures = PROMISED.map(
    ({ key, short }) => `${short} ${PROBLEMS.map((problem) => `${secondsOf(oneServerTimes(problem)[key])} s (${problem})`).join(' and ')}`,
  );
  const counts = PROMISED.map(({ key, short }) => {
    const ofKey = compared.filter((one) => one.key === key);
    return `${short} ${String(ofKey.filter((one) => one.isBelow).length)} of ${String(ofKey.length)}`;
  });
  const above = compared.filter((one) => !one.isBelow);
  return [
    '',
    `The paper's figures for the failure of one server (Table 2, ring) are: ${figures.join(', ')}. Medians below these, however many servers failed: ${counts.join(', ')}.`,
    ...(above.length === 0 ? [] : ['']),
    ...above.map(({ cell, key, figure_s }) => {
      const parts = isTold(cell, key) ? ['Its parts stand above.'] : [partsOf(cell), ...longerInWords(cell)];
      const reasons = [...parts, ...longerThanAlone(cell, alone), ...(key === 'disconnection_s' ? beforeDetection(cell, cells) : [])];
      return `- ${notBelow(experiment, cell, key)}, for one server ${secondsOf(figure_s)} s. ${reasons.join(' ')}`;
    }),
  ];
}

/** The parts that took longer than the same ones did here when one server failed in the same way. */
function longerThanAlone(cell: Cell, alone: readonly Cell[]): readonly string[] {
  const other = alone.find(({ problem, method }) => problem === cell.problem && method === cell.method);
  if (other === undefined) return [];
  const longer = COMPONENTS.flatMap((component) => {
    const [ours_s, theirs_s] = [cell.components[component].median, other.components[component].median];
    if (ours_s === null || theirs_s === null || hundredths(ours_s - theirs_s) < hundredths(NOTED_S)) return [];
    return [`${COMPONENT_WORDS[component]} ${secondsOf(ours_s)} (${secondsOf(theirs_s)})`];
  });
  return longer.length === 0
    ? []
    : [`Longer by ${secondsOf(NOTED_S)} s and more than here where ${other.server} failed alone: ${longer.join(', ')}.`];
}

/**
 * What of a disconnection passed before the failure was detected, and whether its manager had detected another one before: one that recovers several servers
 * examines them one after another, each for the time of a network examination at least (§5.3, T_nd).
 */
function beforeDetection(cell: Cell, cells: readonly Cell[]): readonly string[] {
  const later_s = laterDetected_s(cell);
  if (later_s === null) return [];
  const manager = onlyManagerOf(cell);
  const detected_s = cell.components.faultToDetection_s.median ?? 0;
  const earlier = cells.flatMap((other) => {
    const before_s = detected_s - (other.components.faultToDetection_s.median ?? Infinity);
    const isSameRun = other.case === cell.case && other.method === cell.method && other.server !== cell.server;
    return isSameRun && manager !== undefined && onlyManagerOf(other) === manager && before_s >= PAPER_TABLE_1.networkExamination_s
      ? [`${other.server} ${secondsOf(before_s)} s before`]
      : [];
  });
  return [
    `Before the detection passed ${secondsOf(later_s)} s of it more than in the example.`,
    ...(manager === undefined || earlier.length === 0 ? [] : [`${manager}, which recovered it, had detected ${earlier.join(', ')}.`]),
  ];
}

function onlyManagerOf({ recoveredBy }: Cell): string | undefined {
  const managers = Object.keys(recoveredBy);
  return managers.length === 1 ? managers[0] : undefined;
}
