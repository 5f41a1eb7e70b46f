import { spawn } from 'node:child_process';
import { BrokenError } from '../errors.ts';

/**
 * Run a program that makes keys, and give back its standard output.
 * @param input goes to its standard input: secrets never stand on a command line, where every user could read them
 * @throws BrokenError when it is missing or fails
 */
export async function runTool(program: string, args: readonly string[], options: { input?: string; package: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (cause) => {
      reject(new BrokenError(`cannot run ${program}`, { cause, hint: `install the package ${options.package}` }));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(stdout);
      else
        reject(
          new BrokenError(`${program} ${args[0] ?? ''} ended with exit code ${String(code)}: ${stderr.trim()}`, {
            hint: 'see its message above',
          }),
        );
    });
    child.stdin.on('error', () => undefined); // the program ended without reading: its exit code tells why
    child.stdin.end(options.input ?? '');
  });
}
