import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Begins the names of files that are being written. One that a dead process left is removed with what else does not belong there. */
const UNFINISHED_PREFIX = '.unfinished-';

/**
 * Write a file so that a reader sees the old content or the new, never a part, and a secret is never open to others for an instant.
 * @param mode its permissions, whatever the umask
 */
export async function writeAtomically(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const unfinished = path.join(path.dirname(file), `${UNFINISHED_PREFIX}${randomBytes(6).toString('hex')}`);
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(unfinished, { force: true });
    throw error;
  }
  await handle.close();
  await rename(unfinished, file);
}
