/**
 * `npm run soak -- --seeds N [--from SEED] [--level NAME]`: random rings of 2 to 12 servers under random faults, all invariants checked after every step, at
 * one of the levels in promises.ts. The last line is `N seeds, N faults, N recoveries, N violations`; exit code 1 when there are violations.
 * `npm run soak -- --replay SEED [--level …]` runs one of them again, shrinks it and prints its transcript.
 * `npm run soak -- --scenario NAME` prints the transcript of a scenario of section 4, `--scenario all` one line for each.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { type LevelName, LEVELS, partOf, PRESENT_LEVEL } from './promises.ts';
import { replay } from './replay.ts';
import { runSoak } from './run-soak.ts';
import { tellScenario } from './tell-scenario.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    replay: { type: 'string' },
    scenario: { type: 'string' },
    level: { type: 'string', default: PRESENT_LEVEL },
    workers: { type: 'string', default: String(os.availableParallelism()) },
  },
});

// Threads that are started from now on are as modest: a soak is never in anybody's way.
os.setPriority(os.constants.priority.PRIORITY_LOW);
const level = levelOf(values.level);
const held = await run();
process.exitCode = held ? 0 : 1;

async function run(): Promise<boolean> {
  if (values.scenario !== undefined) return tellScenario(values.scenario, say);
  if (values.replay !== undefined) {
    const seed = number('replay', values.replay);
    return replay(seed, partOf(level, seed), say);
  }
  const [seeds, from, workers] = [number('seeds', values.seeds), number('from', values.from), number('workers', values.workers)];
  return runSoak({ seeds, from, workers, level, say });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function levelOf(name: string): LevelName {
  if (name in LEVELS) return name as LevelName;
  throw new Error(`--level is ${name}, expected ${Object.keys(LEVELS).join(', ')}`);
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw new Error(`--${option} is ${text}, expected a whole number`);
}
