import { appendFileSync, closeSync, openSync } from 'node:fs';
import { BrokenError, UserError } from '../../errors.ts';

/** A file to which lines are appended while something goes on that must not be broken off in the middle of a line. */
export interface LogFile {
  readonly append: (line: string) => void;
  /** Aborted when a line could not be written. */
  readonly failed: AbortSignal;
  /** @throws BrokenError when a line could not be written */
  readonly close: () => void;
}

/**
 * Open a file for the lines of a log.
 * @throws UserError when it cannot be opened
 */
export function openLogFile(file: string): LogFile {
  const descriptor = open(file);
  const failure = new AbortController();
  return {
    append: (line) => {
      if (failure.signal.aborted) return;
      try {
        appendFileSync(descriptor, `${line}\n`);
      } catch (cause) {
        failure.abort(cause);
      }
    },
    failed: failure.signal,
    close: () => {
      closeSync(descriptor);
      if (failure.signal.aborted) throw new BrokenError(`${file}: cannot be written`, { cause: failure.signal.reason });
    },
  };
}

function open(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (cause) {
    throw new UserError(`${file}: cannot be opened: ${(cause as Error).message}`, { hint: 'name a file in a directory that is there' });
  }
}
