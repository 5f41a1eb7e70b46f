import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Observation } from '../../cli/src/lab/observer/observation.ts';
import { type LabUnderTest, pause } from '../scenarios/lab-under-test.ts';
import { clockOf, systemLogsSince } from '../scenarios/system-logs.ts';
import { stepFor } from './choose-faults.ts';
import { seenBetween, takeoversIn } from './evidence.ts';
import { fill, type PlannedFault } from './fault.ts';
import { abnormalities } from '../scenarios/normal.ts';
import type { FaultReport } from './report.ts';

/** 50 s until Wake-on-LAN, a boot, the return, and a standby made anew, on a machine that is busy. */
const NORMAL_LIMIT_S = 240;
/** A server that came back three times in half an hour is held back five minutes (decision 0217). */
const HELD_BACK_LIMIT_S = 600;
const REPAIR_LIMIT_S = 90;
/** Whoever has lost something finds out within a monitoring interval: before, all looks normal. */
const SETTLING_MS = 12_000;
/** What an operator does takes so long at most to have an effect. */
const OPERATOR_LIMIT_S = 180;
/** The observer tells what it saw when it is sure of it. */
const OBSERVER_LAG_MS = 1500;

export interface ChaosRun {
  readonly lab: LabUnderTest;
  /** Grows while the run goes on. */
  readonly observations: readonly Observation[];
  /** Directory for the system logs of faults after which not all was well. */
  readonly logs: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One fault: strike, wait, repair, wait until everything is normal again; where it does not become so, do what an operator does. */
export async function sufferFault(run: ChaosRun, planned: PlannedFault, number: number): Promise<FaultReport> {
  const { lab, signal } = run;
  const { fault, names } = planned;
  const since = await clockOf(lab, names['files'] ?? '');
  const struck_ms = Date.now();
  for (const step of fault.strike) await lab.mustRun(...stepFor(step, planned));
  await waitOrStop(fault.lasts_s * 1000, signal);
  await repair(run, planned);
  await waitOrStop(struck_ms + SETTLING_MS - Date.now(), signal);
  const left = await untilNormal(run, since);
  const normal_ms = Date.now();
  const operator = left.length === 0 ? [] : [...left, await helpRing(run)];
  await waitOrStop(OBSERVER_LAG_MS, signal);
  const logs = await systemLogsSince(lab, since);
  const report: FaultReport = {
    number,
    name: fault.name,
    what: fill(fault.what, names),
    struck: new Date(struck_ms).toISOString(),
    ...seenBetween(run.observations, struck_ms, normal_ms),
    ...takeoversIn(
      logs,
      fault.mayBeTakenOver.map((server) => fill(server, names)),
    ),
    normal_after_s: left.length === 0 ? (normal_ms - struck_ms) / 1000 : null,
    operator,
  };
  if (left.length > 0 || report.doubles.length > 0 || report.wrongTakeovers.length > 0) {
    const file = path.join(run.logs, `${String(number)}-${fault.name}.log`);
    mkdirSync(run.logs, { recursive: true });
    const lines = [...logs].flatMap(([server, told]) => told.map(({ at, text }) => `${at} ${server} ${text}`));
    const telling = lines.filter((line) => !/ (Wait|\d+)$/.test(line)).sort();
    writeFileSync(file, `${[JSON.stringify(report, null, 2), ...telling].join('\n')}\n`);
    run.say(`   the system logs of this fault: ${file}`);
  }
  return report;
}

/** The world's part. A machine may just be restarting: then again, until it can be done. */
async function repair({ lab, signal }: ChaosRun, planned: PlannedFault): Promise<void> {
  for (const step of planned.fault.repair) {
    const words = stepFor(step, planned);
    const deadline_ms = performance.now() + REPAIR_LIMIT_S * 1000;
    for (;;) {
      const { exitCode, stderr } = await lab.dbssctl(...words);
      if (exitCode === 0) break;
      if (performance.now() > deadline_ms) throw new Error(`dbssctl ${words.join(' ')}: ${stderr}`);
      await waitOrStop(1000, signal);
    }
  }
}

/** @returns what is still not normal when the time is over */
async function untilNormal({ lab, signal }: ChaosRun, since: string): Promise<readonly string[]> {
  const begin_ms = performance.now();
  let limit_s = NORMAL_LIMIT_S;
  for (;;) {
    const found = await abnormalities(lab);
    if (found.length === 0) return [];
    if (performance.now() - begin_ms > limit_s * 1000) {
      if (limit_s === HELD_BACK_LIMIT_S || !(await isHeldBack(lab, since))) return found;
      limit_s = HELD_BACK_LIMIT_S;
    }
    await waitOrStop(1000, signal);
  }
}

async function isHeldBack(lab: LabUnderTest, since: string): Promise<boolean> {
  return [...(await systemLogsSince(lab, since)).values()].some((lines) => lines.some(({ text }) => text.includes(': held back for ')));
}

/** @returns what helped */
async function helpRing(run: ChaosRun): Promise<string> {
  const { lab, signal } = run;
  for (const [words, means] of [
    [
      [
        ['lab', 'up'],
        ['bootstrap', lab.inventory],
      ],
      'a bootstrap helped',
    ],
    [
      [
        ['lab', 'down'],
        ['bootstrap', lab.inventory],
      ],
      'only a new ring helped',
    ],
  ] as const) {
    for (const each of words) await lab.dbssctl(...each);
    const deadline_ms = performance.now() + OPERATOR_LIMIT_S * 1000;
    while (performance.now() < deadline_ms) {
      if ((await abnormalities(lab).catch(() => ['it cannot be asked'])).length === 0) return means;
      await waitOrStop(1000, signal);
    }
  }
  throw new Error('nothing helped: the ring does not become normal');
}

async function waitOrStop(duration_ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const end_ms = performance.now() + duration_ms;
  while (performance.now() < end_ms) {
    await pause(Math.max(0, Math.min(250, end_ms - performance.now())));
    signal.throwIfAborted();
  }
}
