import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';
import type { Recovery } from './recoveries.ts';

/** Keep measured recoveries beside the inventory, so that `dbssctl simulate` reckons with this ring's own durations. */
export async function saveRecoveries(file: string, recoveries: readonly Recovery[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeAtomically(file, `${JSON.stringify({ recoveries }, null, 2)}\n`, 0o600);
}

/**
 * The recoveries that were last saved; none where there is no such file.
 *
 * @throws BrokenError when the file is there and cannot be read
 */
export async function loadRecoveries(file: string): Promise<readonly Recovery[]> {
  try {
    const saved = JSON.parse(await readFile(file, 'utf8')) as { readonly recoveries: readonly Recovery[] };
    return saved.recoveries;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new BrokenError(`${file}: cannot read the saved recoveries`, { cause, hint: 'dbssctl ring recoveries writes the file anew' });
  }
}
