import { readFileSync } from 'node:fs';
import { runProgram } from './run-program.ts';

/**
 * Remove a directory with everything in it. What is mounted in it is unmounted first: what lies in a mounted file system belongs to
 * somebody else.
 *
 * @param step what is being done; begins the message of a failure
 * @throws BrokenError that names what is in the way
 */
export async function removeTree(step: string, directory: string): Promise<void> {
  for (const mountPoint of mountsBelow(directory, readFileSync('/proc/self/mounts', 'utf8')))
    await runProgram(step, 'umount', [mountPoint]);
  await runProgram(step, 'rm', ['-rf', '--one-file-system', '--', directory]);
}

/** Mount points in the directory, the directory itself included, the innermost first; `mounts` is the text of /proc/self/mounts. */
export function mountsBelow(directory: string, mounts: string): readonly string[] {
  return mounts
    .split('\n')
    .map((line) =>
      (line.split(' ')[1] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((mountPoint) => mountPoint === directory || mountPoint.startsWith(`${directory}/`))
    .reverse();
}
