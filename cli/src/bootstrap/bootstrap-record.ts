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

/** Why a standby is not taken for one of the present original server: it was made from another one, or nobody knows from which. */
export type OutdatedStandby = 'older' | 'unknown';

const NOTHING: BootstrapRecord = { format: 1, standbys: {}, finished: undefined };

/**
 * @returns the record; one of nothing where there is none
 * @throws BrokenError when it cannot be read or is damaged
 */
export async function readBootstrapRecord(file: string): Promise<BootstrapRecord> {
  try {
    const record: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!isRecord(record)) throw new Error('it is not of a format that this dbssctl knows');
    return record;
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

/**
 * Servers whose standby is not known to be of the present original server. Without an entry that is so for a standby that is there already: the record
 * may have been lost.
 *
 * @param image SHA-256 of the present image.json
 */
export function outdatedStandbys(record: BootstrapRecord, servers: readonly string[], image: string): ReadonlyMap<string, OutdatedStandby> {
  const outdated = new Map<string, OutdatedStandby>();
  for (const server of servers) {
    const recorded = record.standbys[server];
    if (recorded !== image) outdated.set(server, recorded === undefined ? 'unknown' : 'older');
  }
  return outdated;
}

function isRecord(value: unknown): value is BootstrapRecord {
  if (typeof value !== 'object' || value === null || !('format' in value) || !('standbys' in value)) return false;
  return value.format === 1 && typeof value.standbys === 'object' && value.standbys !== null;
}
