import type { Context } from '../context.ts';

/** No management files, or files from another server whose flag is still to come. */
export function waitsForFiles(context: Context): boolean {
  const { executor } = context.state;
  return executor.phase === 'waiting-for-files' || (executor.phase === 'waiting-for-flag' && executor.awaitsFlag);
}

/** A server without management files, or without the flag file that should follow them, says that it is up, so that it is not forgotten when nobody waits for it (not in the paper). */
export function startHello(context: Context): void {
  context.setTimer('hello', 0);
}
