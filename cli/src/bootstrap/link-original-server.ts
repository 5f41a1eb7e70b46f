import { mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * Make `<state>/original-server` name the original server in the cache: Ansible copies from there.
 *
 * @param link the name; replaced at once, so that nobody finds it missing
 */
export async function linkOriginalServer(link: string, directory: string): Promise<void> {
  if ((await targetOf(link)) === directory) return;
  await mkdir(path.dirname(link), { recursive: true, mode: 0o700 });
  const temporary = `${link}.new`;
  await rm(temporary, { force: true });
  await symlink(directory, temporary);
  await rename(temporary, link);
}

async function targetOf(link: string): Promise<string | undefined> {
  try {
    return await readlink(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
