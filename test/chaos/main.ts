/**
 * `npm run chaos -- [--faults N] [--seed N] [--only NAME,…] [-i INVENTORY] [--json]`: does to a real lab what the simulator does to the model, while an
 * observer on both networks counts who answers for each virtual address. Without `-i` it makes a lab of its own and removes it; with `-i` it uses
 * that inventory's lab, brought up where it is not, and leaves it up. `--list` tells the faults. The last line is `N faults, N double answers,
 * N takeovers of healthy servers, N operator actions needed`; exit code 1 when any number but the first is not 0.
 */
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Observation, ObserverSummary } from '../../cli/src/lab/observer/observation.ts';
import { observeLab } from '../../cli/src/lab/observer/lab-observer.ts';
import { describeObservation } from '../../cli/src/lab/observer/describe-observation.ts';
import type { LabStatus } from '../../cli/src/lab/lab-status.ts';
import { loadInventory } from '../../cli/src/inventory/load-inventory.ts';
import { LabUnderTest } from '../scenarios/lab-under-test.ts';
import { type ChaosRing, chooseFaults } from './choose-faults.ts';
import { FAULTS } from './faults.ts';
import { abnormalities } from '../scenarios/normal.ts';
import { faultLine, type FaultReport, totalsLine, totalsOf } from './report.ts';
import { sufferFault } from './run-chaos.ts';

const EVERY_MS = 10;
/** No run lasts so long; the observer ends by itself. */
const LONGEST_RUN_MS = 6 * 3600 * 1000;

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    inventory: { type: 'string', short: 'i' },
    logs: { type: 'string' },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const [count, seed] = [wholeNumber('faults', values.faults), wholeNumber('seed', values.seed)];

if (values.list) for (const { name, what } of FAULTS) process.stdout.write(`${name}: ${what}\n`);
else process.exitCode = await main();

async function main(): Promise<number> {
  const interruption = new AbortController();
  process.once('SIGINT', () => {
    say('interrupted; cleaning up (once more ends it at once)');
    interruption.abort(new Error('interrupted'));
  });
  const own = values.inventory === undefined;
  const lab = new LabUnderTest(values.inventory === undefined ? 'lab.yml' : path.resolve(values.inventory));
  try {
    if (own || !(await isNormal(lab))) await bootstrap(lab, interruption.signal);
    return await suffer(lab, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return 130;
  } finally {
    if (own) {
      await lab.dbssctl('lab', 'down');
      // What was cut, frozen or switched off is repaired, whatever fault was under way.
    } else await lab.dbssctl('lab', 'up');
    lab.remove();
  }
}

/** Is the lab up with a ring in which everything is normal? */
async function isNormal(lab: LabUnderTest): Promise<boolean> {
  const { exitCode, stdout } = await lab.dbssctl('lab', 'status', '--json');
  if (exitCode !== 0 || !(JSON.parse(stdout) as LabStatus).up) return false;
  return (await abnormalities(lab)).length === 0;
}

/** Brings the ring up where it is not; ends at once when it is interrupted, and what is half done is removed with the rest. */
async function bootstrap(lab: LabUnderTest, signal: AbortSignal): Promise<void> {
  const command = lab.start('bootstrap', lab.inventory);
  signal.addEventListener('abort', () => void command.interrupt(), { once: true });
  const { exitCode, output } = await command.ended();
  signal.throwIfAborted();
  if (exitCode !== 0) throw new Error(`dbssctl bootstrap ended with ${String(exitCode)}:\n${output.slice(-3000)}`);
}

async function suffer(lab: LabUnderTest, signal: AbortSignal): Promise<number> {
  const before = await abnormalities(lab);
  if (before.length > 0) throw new Error(`the ring is not normal to begin with: ${before.join('; ')}`);
  const observations: Observation[] = [];
  const observing = new AbortController();
  const ended = observeLab(await loadInventory(lab.inventory), {
    every_ms: EVERY_MS,
    duration_ms: LONGEST_RUN_MS,
    signal: observing.signal,
    onObservation: (observation) => observations.push(observation),
  });
  // An observer that breaks ends the run: without it nothing is proved.
  const broken = new Promise<never>((_, reject) => void ended.catch(reject));
  broken.catch(() => undefined);
  const reports: FaultReport[] = [];
  const logs = path.resolve(values.logs ?? path.join(os.tmpdir(), `dbss-chaos-${String(process.pid)}`));
  try {
    for (const [index, planned] of chooseFaults(chosenFaults(), await ringOf(lab), count, seed).entries()) {
      const report = await Promise.race([sufferFault({ lab, observations, logs, say, signal }, planned, index + 1), broken]);
      reports.push(report);
      say(faultLine(report));
    }
  } finally {
    observing.abort();
    await ended.catch(() => undefined);
    if (signal.aborted && reports.length > 0) say(`of ${String(count)} faults ${String(reports.length)} were suffered`);
  }
  return summarize(reports, await ended);
}

function summarize(reports: readonly FaultReport[], observer: ObserverSummary): number {
  const totals = totalsOf(
    reports,
    observer.addresses.reduce((sum, { doubles }) => sum + doubles, 0),
  );
  for (const line of describeObservation(observer)) say(line);
  const command = ['npm run --silent chaos --', ...process.argv.slice(2)].join(' ');
  if (values.json) process.stdout.write(`${JSON.stringify({ command, totals, observer, faults: reports }, null, 2)}\n`);
  say(totalsLine(totals));
  return totals.doubleAnswers + totals.wrongTakeovers + totals.operatorActions + observer.framesLost === 0 ? 0 : 1;
}

function chosenFaults(): typeof FAULTS {
  if (values.only === undefined) return FAULTS;
  return values.only.split(',').map((name) => {
    const fault = FAULTS.find((known) => known.name === name);
    if (fault === undefined) throw new Error(`"${name}" is no fault; --list tells them`);
    return fault;
  });
}

async function ringOf(lab: LabUnderTest): Promise<ChaosRing> {
  const [{ servers }, { machines }] = [await lab.ring(), await lab.status()];
  return {
    servers: servers.map(({ name, services }) => ({ name, daemon: services[0] ?? '' })),
    fileServer: machines.find(({ kind }) => kind === 'file-server')?.name ?? '',
  };
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && value < 2 ** 31) return value;
  throw new Error(`--${option} is ${text}, expected a whole number`);
}

/** With --json the report alone is on standard output. */
function say(line: string): void {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
}
