import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { statePaths } from '../inventory/state-paths.ts';
import { withLock } from '../lab/lab-lock.ts';

/**
 * Tells a dbssctl which process it works for: the one that runs the playbook which started it. Only while that process holds the lock it
 * means something, so one that was left over in a shell opens nothing.
 */
export const HOLDER_VARIABLE = 'DBSS_STATE_LOCK_HOLDER';

/** What a program gets that is started under the lock and may start dbssctl. */
export function holderEnvironment(): Readonly<Record<string, string>> {
  return { [HOLDER_VARIABLE]: String(process.pid) };
}

/**
 * Do work that changes or copies the keys and generated files of an inventory. A deployment beside a rotation of the keys would bring back the keys of an
 * earlier step. The lock ends with the process that holds it, however that ends.
 *
 * @param inventoryPath absolute path of the inventory
 * @param command told to those who find the lock held, e.g. `dbssctl deploy`
 * @throws UserError naming command and process that hold it
 */
export async function withStateLock<T>(
  inventoryPath: string,
  command: string,
  work: () => Promise<T>,
  { environment = process.env }: { readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<T> {
  const { root } = statePaths(inventoryPath);
  await mkdir(root, { recursive: true, mode: 0o700 });
  // One name for a directory, whatever way leads to it; the kernel takes a hundred bytes of it.
  const name = createHash('sha256')
    .update(await realpath(root))
    .digest('hex');
  const holder = Number(environment[HOLDER_VARIABLE] ?? '');
  const subject = `the keys and files of ${inventoryPath}`;
  return withLock(`dbss-state-${name}`, { purpose: command, subject, ...(holder > 0 ? { workingFor: holder } : {}) }, work);
}
