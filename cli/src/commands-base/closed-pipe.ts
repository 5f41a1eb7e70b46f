/** As the shell has it of a program that SIGPIPE ended; Node ignores that signal. */
export const NOBODY_READS_EXIT_CODE = 141;
/** The pipe's reader ended, the terminal is gone, or output came after one of these. */
const NOBODY_READS = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];

let leave: (() => void) | undefined;

/** @param listener lets the running command clean up and end; without one the process ends at once */
export function whenNobodyReads(listener: (() => void) | undefined): void {
  leave = listener;
}

/**
 * Listens for errors of standard output. `dbssctl log mail | head` ends with head, like any program that a closed pipe ends; else it would go on unheard. What it
 * has begun is cleaned up as after Ctrl-C.
 */
export function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (!NOBODY_READS.includes(error.code ?? '')) throw error;
  if (leave === undefined) process.exit(NOBODY_READS_EXIT_CODE);
  leave();
}
