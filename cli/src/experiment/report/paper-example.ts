import type { Cell, Component } from '../summary.ts';
import { COMPONENT_WORDS, secondsOf } from './words.ts';

/**
 * What the parts of a recovery took in the one run that the paper shows: the plug of ftp is pulled (§5.2, Fig. 14). In seconds, differences of the times in its two
 * logs; it does not tell resume and installation apart.
 */
const EXAMPLE_S = {
  faultToDetection_s: 7.26,
  reexamination_s: 2.08,
  selection_s: 0.07,
  address_s: 0.15,
  firstAnswer_s: 1.59,
} as const satisfies Partial<Record<Component, number>>;
const EXAMPLE_CREATION_S = 1.75;

/**
 * The parts of a cell whose medians are longer than in the paper's example, each with the example's; none after a service problem, of which the paper has no example.
 *
 * @returns `address 0.35 (0.15)` and the like
 */
export function longerThanInExample({ problem, components }: Cell): readonly string[] {
  if (problem !== 'Nt') return [];
  const [resume_s, installation_s] = [components.resume_s.median, components.installation_s.median];
  const parts = [
    ...keysOf(EXAMPLE_S).map((component) => ({
      words: COMPONENT_WORDS[component],
      ours_s: components[component].median,
      example_s: EXAMPLE_S[component],
    })),
    {
      words: 'resume and installation',
      ours_s: resume_s === null || installation_s === null ? null : resume_s + installation_s,
      example_s: EXAMPLE_CREATION_S,
    },
  ];
  return parts.flatMap(({ words, ours_s, example_s }) =>
    ours_s !== null && hundredths(ours_s) > hundredths(example_s) ? [`${words} ${secondsOf(ours_s)} (${secondsOf(example_s)})`] : [],
  );
}

/**
 * By how much later than in the paper's example the problem was detected, in seconds; null where it was not, and after a service problem.
 */
export function laterDetected_s({ problem, components }: Cell): number | null {
  const later_s = (components.faultToDetection_s.median ?? 0) - EXAMPLE_S.faultToDetection_s;
  return problem === 'Nt' && hundredths(later_s) > 0 ? later_s : null;
}

/** As the report prints it: what reads the same is not longer. */
export function hundredths(value_s: number): number {
  return Math.round(value_s * 100);
}

function keysOf<T extends object>(value: T): readonly (keyof T)[] {
  return Object.keys(value) as (keyof T)[];
}
