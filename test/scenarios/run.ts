/**
 * Runs the scenarios on real labs: `node test/scenarios/run.ts [--results FILE] [--keep] [--full] [--lab INVENTORY] [--only CASE,…] [NAME…]`. With names, those
 * run, and before them what they need. `--lab` uses the lab of that inventory, which is up, for what needs `bootstrap`, and leaves it up. `--keep` leaves the shared labs up for a look, `--full` waits as long as is promised, `--only` takes some of the cases of `client-work`. Exit code 1 if any promise was broken.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bootstrapScenarios } from './bootstrap.ts';
import { brokenConfigurationScenarios } from './broken-configuration.ts';
import { changedInventoryScenarios } from './changed-inventory.ts';
import { changedMembersScenarios } from './changed-members.ts';
import { dedicatedScenarios } from './dedicated.ts';
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

const { values, positionals } = parseArgs({
  options: {
    results: { type: 'string' },
    keep: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    lab: { type: 'string' },
    only: { type: 'string' },
  },
  allowPositionals: true,
});
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
  ...hungStorageScenarios,
  ...hungVirtualServersScenarios,
  ...fullDiskScenarios,
  ...silentServiceScenarios,
  ...smallLabScenarios,
  ...labLifeScenarios,
  ...interruptedScenarios,
];
// A misspelled name is told before a lab is made for it.
chooseCases(values.only);
const labs = new SharedLabs(values.lab);
const done: Done[] = [];
try {
  for (const scenario of choose(positionals)) {
    if (!(values.keep && scenario.name === 'lab-down')) done.push(await runOne(scenario));
  }
} finally {
  if (!values.keep) await labs.remove();
}
summarize();

/** The named scenarios and what they need, in their order; all when none is named. */
function choose(names: readonly string[]): readonly Scenario[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const scenario = all.find((known) => known.name === name);
    if (scenario === undefined) throw new Error(`"${name}" is no scenario; there are ${all.map((known) => known.name).join(', ')}`);
    wanted.add(name);
    scenario.needs.filter((needed) => values.lab === undefined || needed !== 'bootstrap').forEach(add);
  };
  (names.length === 0 ? all.filter(({ onlyByName }) => onlyByName === undefined).map(({ name }) => name) : names).forEach(add);
  return all.filter(({ name }) => wanted.has(name));
}

async function runOne({ name, promise, needs, run }: Scenario): Promise<Done> {
  say(`\n-- ${name}: ${promise}`);
  const started_ms = performance.now();
  try {
    const failed = done.find((earlier) => needs.includes(earlier.name) && !earlier.passed);
    if (failed !== undefined) throw new Error(`it needs ${failed.name}, which failed`);
    await run(labs, { full: values.full, only: values.only });
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

function summarize(): void {
  const counts = {
    numPassedTests: done.filter(({ passed }) => passed).length,
    numFailedTests: done.filter(({ passed }) => !passed).length,
  };
  if (values.results !== undefined) writeFileSync(values.results, JSON.stringify(counts));
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
