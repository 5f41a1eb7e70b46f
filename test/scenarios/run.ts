/**
 * Runs the scenarios on a real lab: `node test/scenarios/run.ts [--results FILE] [--keep] [NAME…]`. With names, the lab is bootstrapped first all the
 * same. `--keep` leaves the lab up for a look. Exit code 1 if any promise was broken.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bootstrapScenarios } from './bootstrap.ts';
import { LabUnderTest } from './lab-under-test.ts';
import { labLifeScenarios } from './lab-life.ts';
import { serverFailureScenarios } from './server-failure.ts';
import type { Scenario } from './scenario.ts';

const { values, positionals } = parseArgs({
  options: { results: { type: 'string' }, keep: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const all: readonly Scenario[] = [...bootstrapScenarios, ...serverFailureScenarios, ...labLifeScenarios];
const chosen = positionals.length === 0 ? all : all.filter(({ name }) => name === 'bootstrap' || positionals.includes(name));
const lab = new LabUnderTest('lab.yml');
const counts = { numPassedTests: 0, numFailedTests: 0 };
try {
  for (const scenario of chosen) {
    if (values.keep && scenario.name === 'lab-down') continue;
    await runOne(scenario);
    if (scenario.name === 'bootstrap' && counts.numFailedTests > 0) {
      counts.numFailedTests += chosen.length - 1;
      say('no ring, so the other scenarios cannot run: counted as failed');
      break;
    }
  }
} finally {
  if (!values.keep) {
    await lab.dbssctl('lab', 'down');
    lab.remove();
  }
}
if (values.results !== undefined) writeFileSync(values.results, JSON.stringify(counts));
say(`${String(counts.numPassedTests)} scenarios passed, ${String(counts.numFailedTests)} failed`);
process.exitCode = counts.numFailedTests === 0 ? 0 : 1;

async function runOne(scenario: Scenario): Promise<void> {
  say(`\n-- ${scenario.name}: ${scenario.promise}`);
  const started_ms = performance.now();
  try {
    await scenario.run(lab);
    counts.numPassedTests += 1;
    say(`ok ${scenario.name} (${seconds(started_ms)} s)`);
  } catch (error) {
    counts.numFailedTests += 1;
    say(`NOT OK ${scenario.name} (${seconds(started_ms)} s): ${error instanceof Error ? error.message : String(error)}`);
    await showLogs();
  }
}

/** What the servers wrote, so that a failure can be understood from this output alone. */
async function showLogs(): Promise<void> {
  const { stdout } = await lab.dbssctl('ring', 'show');
  say(stdout);
  for (const server of ['mail', 'ftp', 'web1', 'web2', 'proxy', 'login']) {
    const { stdout: log } = await lab.dbssctl(
      'lab',
      'exec',
      server,
      '--',
      'sh',
      '-c',
      "grep -vE ' (Wait|[0-9]+)$' /var/log/dbss/system.log | tail -n 40",
    );
    say(`-- system log of ${server}\n${log}`);
  }
}

function seconds(since_ms: number): string {
  return ((performance.now() - since_ms) / 1000).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
