import { BrokenError } from '../errors.ts';

/** How a program that was run to its end fared. */
export interface ProgramResult {
  /** Exit code; `undefined` when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Text for its standard input; without it /dev/null. */
  readonly input?: string;
  /** Ends it with SIGKILL. */
  readonly signal?: AbortSignal | undefined;
  /** Ends it with SIGKILL. */
  readonly timeout_ms?: number;
}

/**
 * Run a program to its end and report how it fared, whatever its exit code. execa is imported here and not above: it takes a tenth of a second.
 *
 * @throws BrokenError when it cannot be started
 */
export async function tryProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const { execa } = await import('execa');
  const result = await execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    killSignal: 'SIGKILL',
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeout_ms === undefined ? {} : { timeout: options.timeout_ms }),
  });
  options.signal?.throwIfAborted();
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new BrokenError(`${file} cannot be started`, { cause: result.failed ? result.cause : undefined });
  }
  return { code: result.exitCode, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}

/**
 * Run a program that must succeed.
 *
 * @param step what is being done and where, e.g. `switches: service switch`; begins the message of a failure
 * @returns its standard output
 * @throws BrokenError with the last lines that it wrote to standard error
 */
export async function runProgram(step: string, file: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const result = await tryProgram(file, args, options);
  if (result.code === 0) return result.stdout;
  const end = result.code === undefined ? `was ended by ${result.signal ?? 'a signal'}` : `ended with exit code ${result.code}`;
  const said = lastLines(result.stderr === '' ? result.stdout : result.stderr, 10);
  throw new BrokenError(`${step}: ${file} ${args.slice(0, 6).join(' ')} ${end}${said === '' ? '' : `\n${said}`}`);
}

/** The last `count` lines of a text that are not empty. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
