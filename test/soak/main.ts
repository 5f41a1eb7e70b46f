/**
 * `npm run soak -- --seeds N [--from SEED] [--level single|several|full]`: random rings of 2 to 12 servers under random faults, all invariants checked
 * after every step. The last line is `N seeds, N faults, N recoveries, N violations`; exit code 1 when there are violations.
 * `npm run soak -- --replay SEED [--level …]` runs one of them again, shrinks it and prints its transcript.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { type LevelName, LEVELS, PRESENT_LEVEL } from './promises.ts';
import { replay } from './replay.ts';
import { runSoak } from './run-soak.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    replay: { type: 'string' },
    level: { type: 'string', default: PRESENT_LEVEL },
    workers: { type: 'string', default: String(os.availableParallelism()) },
  },
});

// Threads that are started from now on are as modest: a soak is never in anybody's way.
os.setPriority(os.constants.priority.PRIORITY_LOW);
const level = levelOf(values.level);
const held =
  values.replay === undefined
    ? await runSoak({
        seeds: number('seeds', values.seeds),
        from: number('from', values.from),
        workers: number('workers', values.workers),
        level,
        say,
      })
    : replay(number('replay', values.replay), LEVELS[level], say);
process.exitCode = held ? 0 : 1;

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
