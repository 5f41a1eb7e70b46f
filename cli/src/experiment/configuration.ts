import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { agentDist, installationRoot } from '../installation.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { ExperimentName } from './experiments.ts';
import type { Moment } from './moment.ts';
import { withMethod } from './method-in-inventory.ts';
import { thisMachine } from './this-machine.ts';

/** Under what an experiment was made. Runs of two configurations never lie in one record. */
export interface ExperimentConfiguration {
  readonly format: 2;
  readonly experiment: ExperimentName;
  readonly moment: Moment;
  /** Of the random moments; null where there is no chance. */
  readonly seed: number | null;
  /** Of dbssctl. */
  readonly version: string;
  /** `dbss_cluster` of the inventory. */
  readonly cluster: string;
  /** SHA-256 of the agent's files, of the inventory without its method: their first digits. */
  readonly agent: string;
  readonly inventory: string;
  readonly profile: string;
  readonly quorum: string;
  /** Processor and cores of the machine that carries the lab. */
  readonly machine: string;
}

/** Words for what differs. */
const WORDS: Readonly<Record<keyof ExperimentConfiguration, string>> = {
  format: 'format of the record',
  experiment: 'experiment',
  moment: 'moment of the failure',
  seed: 'seed',
  version: 'version of dbssctl',
  cluster: 'cluster',
  agent: 'program of the agent',
  inventory: 'inventory',
  profile: 'profile',
  quorum: 'quorum',
  machine: 'machine',
};

/**
 * The configuration that runs from here would have.
 * @throws UserError when the agent is not built
 */
export function presentConfiguration(
  inventory: Inventory,
  inventoryText: string,
  series: Pick<ExperimentConfiguration, 'experiment' | 'moment' | 'seed'>,
): ExperimentConfiguration {
  const { version } = JSON.parse(readFileSync(path.join(installationRoot(), 'package.json'), 'utf8')) as { readonly version: string };
  return {
    format: 2,
    ...series,
    version,
    agent: agentProgram(),
    inventory: digest(withMethod(inventory.path, inventoryText, 'ring')),
    cluster: inventory.cluster,
    profile: inventory.profile,
    quorum: inventory.quorum,
    machine: thisMachine(),
  };
}

/** In what two configurations differ, in words; empty when they are the same. */
export function differencesOf(recorded: ExperimentConfiguration, present: ExperimentConfiguration): readonly string[] {
  return (Object.keys(WORDS) as (keyof ExperimentConfiguration)[])
    .filter((key) => recorded[key] !== present[key])
    .map((key) => `${WORDS[key]}: recorded ${String(recorded[key])}, now ${String(present[key])}`);
}

/**
 * What tells one build of the agent from another: a digest of the names and contents of all files that are copied to a server.
 * @throws UserError when the agent is not built
 */
export function agentProgram(directory: string = agentDist()): string {
  if (!existsSync(path.join(directory, 'agent.mjs'))) {
    throw new UserError(`the agent is not built: there is no ${path.join(directory, 'agent.mjs')}`, {
      hint: `cd ${installationRoot()} && npm run build`,
    });
  }
  const files = readdirSync(directory, { encoding: 'utf8', recursive: true })
    .filter((file) => statSync(path.join(directory, file)).isFile())
    .sort();
  return digest(files.map((file) => `${file} ${digest(readFileSync(path.join(directory, file)))}\n`).join(''));
}

/**
 * Refuse to go on with another build of the agent than that which a record began with.
 *
 * @param recorded what `agentProgram` was then
 * @throws UserError when it is another one now, or none
 */
export function requireSameProgram(recorded: string, directory: string = agentDist()): void {
  const present = agentProgram(directory);
  if (present === recorded) return;
  throw new UserError(`the agent was built anew in the middle of the series: it was ${recorded}, and is ${present} now`, {
    hint: 'check out and build what the series began with, and the same command goes on; or begin another record with --record',
  });
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
