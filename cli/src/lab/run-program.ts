import { spawn } from 'node:child_process';
import { BrokenError } from '../errors.ts';

/** How a program that was run to its end fared. */
export interface ProgramResult {
  /** Exit code; `undefined` when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
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
 * Run a program to its end and report how it fared, whatever its exit code.
 * @throws BrokenError when it cannot be started
 */
export function tryProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.timeout_ms === undefined ? {} : { timeout: options.timeout_ms }),
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    let failure: Error | undefined;
    child.on('error', (error) => {
      failure = error;
      if (child.pid === undefined) reject(new BrokenError(`${file} cannot be started`, { cause: error }));
    });
    child.on('close', (code, signal) => {
      if (failure !== undefined && failure.name === 'AbortError') reject(failure);
      else resolve({ code: code ?? undefined, signal: signal ?? undefined, stdout, stderr });
    });
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failure = error;
    });
    child.stdin?.end(options.input);
  });
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
