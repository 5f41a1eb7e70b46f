import { FAILURE_EXPERIMENTS, type FailureExperimentName } from '../experiments.ts';
import type { PaperTimes } from '../paper-figures.ts';
import type { Cell } from '../summary.ts';
import { faultsInWords } from './words.ts';

export type Measure = keyof PaperTimes | 'whileServed_s' | 'atReturn_s';

export const MEASURES: readonly { readonly key: Measure; readonly title: string; readonly meaning: string; readonly short: string }[] = [
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
    key: 'whileServed_s',
    title: 'What the client lacked while the virtual server was to serve (s)',
    meaning:
      'All later disconnections together that ended before the server had its address back, and those in which its function had to be recovered once more. Here servers that come back boot on the processors that carry the virtual server, too.',
    short: 'disconnections while the virtual server was to serve',
  },
  {
    key: 'atReturn_s',
    title: 'What the return of the server cost the client (s)',
    meaning:
      'All other disconnections together, which ended after it had its address back, whole, also where they began while the servers booted. The example of the paper has none (§5.2).',
    short: 'disconnections at the return',
  },
];

/** What the paper has of this; it gives no figure for later disconnections. */
export function paperOf({ paper }: Cell, measure: Measure): number | undefined {
  return measure === 'whileServed_s' || measure === 'atReturn_s' ? undefined : paper[measure];
}

/** `ftp St, web1 Nt`: what failed in the case of a cell. */
export function problemOf(experiment: FailureExperimentName, cell: Cell): string {
  const found = FAILURE_EXPERIMENTS[experiment].cases.find(({ name }) => name === cell.case);
  return found === undefined ? cell.case : faultsInWords(found.faults);
}
