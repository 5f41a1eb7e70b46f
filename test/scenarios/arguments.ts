import { parseArgs } from 'node:util';
import { UserError } from '../../cli/src/errors.ts';
import type { Scenario } from './scenario.ts';

/** What the runner of the scenarios was told. */
export interface ScenarioArguments {
  /** Names of scenarios; empty for those that are not run only by name. */
  readonly names: readonly string[];
  /** File for the counts, as JSON. */
  readonly results: string | undefined;
  /** Cases of `client-work`, separated by commas. */
  readonly only: string | undefined;
  /** Inventory of a lab that is up. */
  readonly lab: string | undefined;
  readonly keep: boolean;
  readonly full: boolean;
}

/**
 * Reads the words after the program's name.
 * @throws UserError for an option that there is not
 */
export function readArguments(words: readonly string[]): ScenarioArguments | 'help' {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        results: { type: 'string' },
        keep: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        lab: { type: 'string' },
        only: { type: 'string' },
      },
      allowPositionals: true,
    });
    const { help, results, keep, full, lab, only } = values;
    return help ? 'help' : { names: positionals, results, only, lab, keep, full };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`${error.message}; see --help`, { cause: error });
  }
}

/** The help, with the scenarios that there are. */
export function usage(all: readonly Scenario[]): string {
  const named = (scenarios: readonly Scenario[]): string => scenarios.map(({ name, promise }) => `  ${name}: ${promise}`).join('\n');
  return `node test/scenarios/run.ts [OPTION…] [NAME…]

Runs scenarios on real labs: those that are named and what they need, else all that need not be named.

  --only CASE,…     some of the cases of client-work
  --lab INVENTORY   the lab of this inventory, which is up, is used instead of one of bootstrap, and stays up
  --keep            the labs are left up for a look
  --full            waits as long as is promised, not a part of it
  --results FILE    the counts go there, too, as JSON

Scenarios:
${named(all.filter(({ onlyByName }) => onlyByName === undefined))}

Only when named:
${named(all.filter(({ onlyByName }) => onlyByName !== undefined))}`;
}
