import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { BrokenError, UserError } from '../errors.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';
import { differencesOf, type ExperimentConfiguration } from './configuration.ts';
import type { RunRecord } from './run-record.ts';
import type { RunIdentity } from './schedule.ts';

const CONFIGURATION = 'experiment.json';
const RUNS = 'runs';
const DROPPED = 'dropped.jsonl';
const MODE = 0o644;

/** A run that is not recorded although its servers had failed. */
export interface DroppedRun extends RunIdentity {
  /** ISO 8601. */
  readonly begun: string;
  readonly dropped: string;
  readonly why: string;
}

/** What an experiment has recorded: its configuration, and one file for each run. */
export class RecordStore {
  readonly directory: string;
  readonly configuration: ExperimentConfiguration;
  #records: readonly RunRecord[];

  private constructor(directory: string, configuration: ExperimentConfiguration, records: readonly RunRecord[]) {
    this.directory = directory;
    this.configuration = configuration;
    this.#records = records;
  }

  /**
   * Go on with the record in a directory, or begin one there.
   *
   * @throws UserError when runs of another configuration lie there; BrokenError when a file there cannot be read
   */
  static async open(directory: string, present: ExperimentConfiguration): Promise<RecordStore> {
    const recorded = readConfiguration(directory);
    if (recorded === undefined) {
      await mkdir(path.join(directory, RUNS), { recursive: true });
      await writeDurably(directory, CONFIGURATION, present);
      return new RecordStore(directory, present, []);
    }
    const differences = differencesOf(recorded, present);
    if (differences.length > 0) {
      throw new UserError(
        `${directory} holds runs of another configuration, which are not mixed with new ones\n  ${differences.join('\n  ')}`,
        {
          hint: 'give another directory with --record, or move this one away',
        },
      );
    }
    return new RecordStore(directory, recorded, await readRuns(directory));
  }

  /**
   * A record as it lies there, to be read.
   * @returns undefined when the directory holds none
   * @throws UserError when it is of another format; BrokenError when a file of it cannot be read
   */
  static async read(directory: string): Promise<RecordStore | undefined> {
    const configuration = readConfiguration(directory);
    if (configuration !== undefined && (configuration.format as number) !== 2) {
      throw new UserError(`${directory} holds runs in the format ${String(configuration.format)}, which this dbssctl does not read`, {
        hint: 'move it away; the dbssctl that recorded it reads it',
      });
    }
    return configuration === undefined ? undefined : new RecordStore(directory, configuration, await readRuns(directory));
  }

  /** All runs, void ones included, in the order in which they began. */
  get records(): readonly RunRecord[] {
    return this.#records;
  }

  /** Write a run down. When this returns the run is on the disk, and a power cut takes nothing of it. */
  async append(record: RunRecord): Promise<void> {
    const voids = this.#records.filter((one) => one.void !== null).length;
    const name = [record.case, record.method, String(record.index).padStart(2, '0'), ...(record.void === null ? [] : [`void${voids + 1}`])];
    await mkdir(path.join(this.directory, RUNS), { recursive: true });
    await writeDurably(path.join(this.directory, RUNS), `${name.join('_')}.json`, record);
    this.#records = [...this.#records, record];
  }

  /** Say of a run that it was dropped after its servers had failed: who breaks off long runs has left out bad ones. */
  async noteDropped(dropped: DroppedRun): Promise<void> {
    await appendFile(path.join(this.directory, DROPPED), `${JSON.stringify(dropped)}\n`, { mode: MODE, flush: true });
  }

  /** Runs that were dropped, in their order. */
  get dropped(): readonly DroppedRun[] {
    const file = path.join(this.directory, DROPPED);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as DroppedRun);
  }
}

/** The configuration of the record in a directory; undefined when there is none. */
export function readConfiguration(directory: string): ExperimentConfiguration | undefined {
  return readJson(path.join(directory, CONFIGURATION)) as ExperimentConfiguration | undefined;
}

async function readRuns(directory: string): Promise<readonly RunRecord[]> {
  const runs = path.join(directory, RUNS);
  // What begins with a dot is a file whose writer died.
  const names = (await namesIn(runs)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  const records = names.flatMap((name) => (readJson(path.join(runs, name)) as RunRecord | undefined) ?? []);
  return records.sort((a, b) => a.begun.localeCompare(b.begun));
}

/** Git keeps no empty directory: in a clone a record without runs has none. */
async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BrokenError(`${file}: cannot be read`, { cause, hint: 'move it out of the record; the run is then done again' });
  }
}

async function writeDurably(directory: string, name: string, content: object): Promise<void> {
  await writeAtomically(path.join(directory, name), `${JSON.stringify(content)}\n`, MODE);
  // The name of the file, too.
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
