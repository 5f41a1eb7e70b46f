import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Does the process live that a file names, and is it that program? Asks the kernel alone: cheap enough to be asked again and again, also while the
 * hypervisor's daemon is away.
 *
 * @param pidFile where libvirt writes a domain's process id; none is as good as no process
 * @param program beginning of the program's name, e.g. `qemu`
 * @throws Error when the file or the kernel cannot be read for another reason
 */
export async function isProcessAlive(pidFile: string, program: string): Promise<boolean> {
  try {
    const pid = (await readFile(pidFile, 'utf8')).trim();
    // A process that has ended and is not yet buried has no command line.
    const [file = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    return path.basename(file).startsWith(program);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return false;
    throw error;
  }
}
