import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAbsent } from '../is-absent.ts';
import { MANAGEMENT_FILE_NAMES, type ManagementFileName, type ManagementFiles } from '../../protocol/management-files/management-files.ts';

/** Files of the memory disk that this system knows, by name as in a `write-file` effect, and `flag`. */
export type Snapshot = ReadonlyMap<string, string>;

/** What the executor system makes of it. `files` is there when all five management files are. */
export interface MemoryDiskContent {
  readonly files: ManagementFiles | undefined;
  readonly flag: boolean;
  /** Versions of the records; lost with an agent that never wrote them. */
  readonly versions: string | undefined;
}

/** Names that may be written. */
export type MemoryDiskName = ManagementFileName | 'versions' | `data/${string}` | 'flag';

const LARGEST_FILE_BYTES = 1_048_576;
const MOST_DATA_FILES = 256;
const DATA_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*\.dat$/;

/**
 * The management files on the memory disk (§2.4). Everything is synchronous on purpose: the files are small and in memory, a look and
 * a write cannot overlap, and writes happen in the order of the protocol's effects.
 */
export class MemoryDisk {
  readonly #directory: string;

  /** @param directory on a memory file system, `/run/dbss` */
  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(join(directory, 'data'), { recursive: true, mode: 0o700 });
  }

  /** @throws Error when a file is there but cannot be read or is unreasonably large */
  look(): Snapshot {
    const names = ['flag', 'versions', ...MANAGEMENT_FILE_NAMES, ...this.#dataNames().map((name) => `data/${name}`)];
    return new Map(
      names.flatMap((name) => {
        const content = this.#read(name);
        return content === undefined ? [] : [[name, content] as const];
      }),
    );
  }

  /**
   * Replace a file atomically: its readers see the old or the new content.
   *
   * @throws Error when it cannot be written; the old content stands
   */
  write(name: MemoryDiskName, content: string): void {
    requireKnown(name);
    const path = join(this.#directory, name);
    const temporary = join(this.#directory, `.${name.replace('/', '-')}.${String(process.pid)}.tmp`);
    try {
      const descriptor = openSync(temporary, 'w', 0o600);
      try {
        writeSync(descriptor, content);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, path);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw new Error(`cannot write ${path}`, { cause });
    }
  }

  #dataNames(): string[] {
    let names: string[];
    try {
      names = readdirSync(join(this.#directory, 'data')).filter((name) => DATA_NAME.test(name));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
    if (names.length > MOST_DATA_FILES) throw new Error(`more than ${String(MOST_DATA_FILES)} files in ${this.#directory}/data`);
    return names.sort();
  }

  #read(name: string): string | undefined {
    const path = join(this.#directory, name);
    try {
      const status = statSync(path);
      if (!status.isFile()) throw new Error(`${path} is not a file`);
      if (status.size > LARGEST_FILE_BYTES) throw new Error(`${path} is larger than ${String(LARGEST_FILE_BYTES)} bytes`);
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }
}

/** Management files and flag of a snapshot. */
export function contentOf(snapshot: Snapshot): MemoryDiskContent {
  const flag = snapshot.has('flag');
  const versions = snapshot.get('versions');
  const [group, operation, separation, heartbeat, problem] = MANAGEMENT_FILE_NAMES.map((name) => snapshot.get(name));
  if (group === undefined || operation === undefined || separation === undefined) return { files: undefined, flag, versions };
  if (heartbeat === undefined || problem === undefined) return { files: undefined, flag, versions };
  const data = [...snapshot]
    .filter(([name]) => name.startsWith('data/'))
    .map(([name, text]) => [name.slice('data/'.length), text] as const);
  return { files: { group, operation, separation, heartbeat, problem, data: Object.fromEntries(data) }, flag, versions };
}

function requireKnown(name: string): void {
  const isData = name.startsWith('data/') && DATA_NAME.test(name.slice('data/'.length));
  const isManagementFile = MANAGEMENT_FILE_NAMES.some((known) => known === name);
  if (!isData && !isManagementFile && name !== 'flag' && name !== 'versions') throw new Error(`not a management file: ${name}`);
}
