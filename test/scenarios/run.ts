/** Runs the scenarios on real labs; `--help` tells how. Exit code 1 if any promise was broken, 2 when it was told something that it cannot do. */
import { writeFileSync } from 'node:fs';
import { UserError } from '../../cli/src/errors.ts';
import { readArguments, usage, type ScenarioArguments } from './arguments.ts';
import { bootstrapScenarios } from './bootstrap.ts';
import { brokenConfigurationScenarios } from './broken-configuration.ts';
import { changedInventoryScenarios } from './changed-inventory.ts';
import { changedMembersScenarios } from './changed-members.ts';
import { dedicatedScenarios } from './dedicated.ts';
import { everyServiceExaminedScenarios } from './every-service-examined.ts';
import { experimentScenarios } from './experiment.ts';
import { clientWorkScenarios } from './client-work.ts';
import { chooseCases } from './client-work/cases.ts';
import { fullDiskScenarios } from './full-disk.ts';
import { hostileScenarios } from './hostile.ts';
import { hungStorageScenarios } from './hung-storage.ts';
import { hungVirtualServersScenarios } from './hung-virtual-servers.ts';
import { interruptedScenarios } from './interrupted.ts';
import { labLifeScenarios } from './lab-life.ts';
import { methodScenarios } from './methods.ts';
import { measurementScenarios } from './measurement.ts';
import { silentServiceScenarios } from './silent-service.ts';
import { SharedLabs } from './shared-labs.ts';
import { openSessionScenarios } from './open-session.ts';
import { procedureScenarios } from './procedures.ts';
import type { Scenario } from './scenario.ts';
import { section4Scenarios } from './section-4.ts';
import { serverFailureScenarios } from './server-failure.ts';
import { smallLabScenarios } from './small-lab.ts';
import { undeliveredMailScenarios } from './undelivered-mail.ts';

interface Done {
  readonly name: string;
  readonly passed: boolean;
  readonly duration_s: number;
}

const all: readonly Scenario[] = [
  ...bootstrapScenarios,
  ...serverFailureScenarios,
  ...changedInventoryScenarios,
  ...changedMembersScenarios,
  ...procedureScenarios,
  ...brokenConfigurationScenarios,
  ...measurementScenarios,
  ...hostileScenarios,
  ...section4Scenarios,
  ...methodScenarios,
  ...dedicatedScenarios,
  ...experimentScenarios,
  ...clientWorkScenarios,
  ...undeliveredMailScenarios,
  ...openSessionScenarios,
  ...hungStorageScenarios,
  ...hungVirtualServersScenarios,
  ...fullDiskScenarios,
  ...silentServiceScenarios,
  ...everyServiceExaminedScenarios,
  ...smallLabScenarios,
  ...labLifeScenarios,
  ...interruptedScenarios,
];
const done: Done[] = [];
try {
  const asked = readArguments(process.argv.slice(2));
  if (asked === 'help') say(usage(all));
  else await runAll(asked);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function runAll(asked: ScenarioArguments): Promise<void> {
  // A misspelled name is told before a lab is made for it.
  chooseCases(asked.only);
  const chosen = choose(asked);
  const labs = new SharedLabs(asked.lab);
  try {
    for (const scenario of chosen) {
      if (!(asked.keep && scenario.name === 'lab-down')) done.push(await runOne(scenario, labs, asked));
    }
  } finally {
    if (!asked.keep) await labs.remove();
  }
  summarize(asked.results);
}

/** The named scenarios and what they need, in their order; all when none is named. */
function choose({ names, lab }: ScenarioArguments): readonly Scenario[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const scenario = all.find((known) => known.name === name);
    if (scenario === undefined) throw new UserError(`"${name}" is no scenario; there are ${all.map((known) => known.name).join(', ')}`);
    wanted.add(name);
    scenario.needs.filter((needed) => lab === undefined || needed !== 'bootstrap').forEach(add);
  };
  (names.length === 0 ? all.filter(({ onlyByName }) => onlyByName === undefined).map(({ name }) => name) : names).forEach(add);
  return all.filter(({ name }) => wanted.has(name));
}

async function runOne({ name, promise, needs, run }: Scenario, labs: SharedLabs, { full, only }: ScenarioArguments): Promise<Done> {
  say(`\n-- ${name}: ${promise}`);
  const started_ms = performance.now();
  try {
    const failed = done.find((earlier) => needs.includes(earlier.name) && !earlier.passed);
    if (failed !== undefined) throw new Error(`it needs ${failed.name}, which failed`);
    await run(labs, { full, only });
    return report({ name, passed: true, duration_s: secondsSince(started_ms) });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    const result = report({ name, passed: false, duration_s: secondsSince(started_ms) });
    await labs.show(say);
    return result;
  }
}

function report(result: Done): Done {
  say(lineOf(result));
  return result;
}

function summarize(results: string | undefined): void {
  const counts = {
    numPassedTests: done.filter(({ passed }) => passed).length,
    numFailedTests: done.filter(({ passed }) => !passed).length,
  };
  if (results !== undefined) writeFileSync(results, JSON.stringify(counts));
  say('');
  for (const result of done) say(lineOf(result));
  say(`${String(counts.numPassedTests)} scenarios passed, ${String(counts.numFailedTests)} failed`);
  process.exitCode = counts.numFailedTests === 0 ? 0 : 1;
}

function lineOf({ name, passed, duration_s }: Done): string {
  return `${passed ? 'ok' : 'NOT OK'} ${name} (${duration_s.toFixed(1)} s)`;
}

function secondsSince(started_ms: number): number {
  return (performance.now() - started_ms) / 1000;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
