import { mkdir, readFile, writeFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { BrokenError } from '../errors.ts';

/** `bootstrap.json`: what bootstraps of this inventory have finished, so that the next one does not do it again. */
export interface BootstrapRecord {
  readonly format: 1;
  /** By server: the original server (SHA-256 of its image.json) from which its standby was made. */
  readonly standbys: Readonly<Record<string, string>>;
  /** When a bootstrap last ended with all servers managed. */
  readonly finished: string | undefined;
}

const NOTHING: BootstrapRecord = { format: 1, standbys: {}, finished: undefined };

export async function readBootstrapRecord(file: string): Promise<BootstrapRecord> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as BootstrapRecord;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
    throw new BrokenError(`${file}: cannot be read`, { cause, hint: 'Remove it; the next bootstrap makes the standbys anew.' });
  }
}

export async function writeBootstrapRecord(file: string, record: BootstrapRecord): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.new`;
  await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
