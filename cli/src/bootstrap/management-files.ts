import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MANAGEMENT_FILE_NAMES } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { BrokenError } from '../errors.ts';
import type { StatePaths } from '../inventory/state-paths.ts';

/**
 * The generated management files, as the file management server holds them (§3.2).
 *
 * @throws BrokenError when they have not been generated
 */
export async function readGeneratedFiles(paths: Pick<StatePaths, 'management' | 'managementData'>): Promise<ManagementFiles> {
  try {
    const files = await Promise.all(
      MANAGEMENT_FILE_NAMES.map(async (name) => [name, await readFile(path.join(paths.management, name), 'utf8')]),
    );
    const names = (await readdir(paths.managementData)).filter((name) => name.endsWith('.dat')).sort();
    const data = await Promise.all(names.map(async (name) => [name, await readFile(path.join(paths.managementData, name), 'utf8')]));
    return { ...(Object.fromEntries(files) as Omit<ManagementFiles, 'data'>), data: Object.fromEntries(data) as ManagementFiles['data'] };
  } catch (cause) {
    throw new BrokenError(`cannot read the generated management files in ${paths.management}`, {
      cause,
      hint: 'Run `dbssctl generate`, then the same command again.',
    });
  }
}
