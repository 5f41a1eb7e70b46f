import { spawn } from 'node:child_process';
import { killGroup } from './kill-group.ts';

/** What a program came to. `timed_out`: it was killed at its deadline, the exit code means nothing. */
export interface ProgramResult {
  readonly exit_code: number | undefined;
  readonly timed_out: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_LIMIT_BYTES = 1_048_576;

/**
 * Run a program without a shell. At the deadline it is killed with what it has started, and the result given at once, even where the kernel cannot end it yet.
 *
 * @param timeout_ms counted from the call
 * @param options.leaves_nobody what it has started is killed when it has ended, too
 * @throws Error when the program cannot be started
 */
export function runProgram(
  program: string,
  args: readonly string[],
  timeout_ms: number,
  { leaves_nobody = false }: { readonly leaves_nobody?: boolean } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    // A process group of its own, by which its children are reached.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, LC_ALL: 'C' } });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const deadline = setTimeout(() => {
      killGroup(child.pid);
      child.unref();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exit_code: undefined, timed_out: true, stdout: stdout(), stderr: stderr() });
    }, timeout_ms);
    child.once('error', (cause) => {
      clearTimeout(deadline);
      reject(new Error(`cannot run ${program}`, { cause }));
    });
    if (leaves_nobody) child.once('exit', () => killGroup(child.pid));
    child.once('close', (exit_code) => {
      clearTimeout(deadline);
      resolve({ exit_code: exit_code ?? undefined, timed_out: false, stdout: stdout(), stderr: stderr() });
    });
  });
}

/**
 * Run a program that has to succeed.
 *
 * @returns what it wrote to standard output
 * @throws Error with the program's own words when it cannot be started, fails or is not ready by its deadline
 */
export async function mustRunProgram(program: string, args: readonly string[], timeout_ms: number): Promise<string> {
  const result = await runProgram(program, args, timeout_ms);
  if (result.timed_out) throw new Error(`${program} ${args.join(' ')}: not ready within ${String(timeout_ms)} ms`);
  if (result.exit_code !== 0) throw new Error(`${program} ${args.join(' ')}: ${complaintOf(result)}`);
  return result.stdout;
}

export function complaintOf(result: ProgramResult): string {
  const words = result.stderr.trim().replaceAll(/\s*\n\s*/g, '; ');
  return words === '' ? `exit code ${String(result.exit_code ?? 'none, ended by a signal')}` : words;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < OUTPUT_LIMIT_BYTES) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8').slice(0, OUTPUT_LIMIT_BYTES);
}
