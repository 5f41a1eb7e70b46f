/**
 * Kill a program that was started in a process group of its own, with everything that it has started and that has stayed in the group. Nothing is done where nobody is left.
 * @param pid the program's; undefined when it could not be started
 */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    const nobodyLeft = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
    if (!nobodyLeft) throw error;
  }
}
