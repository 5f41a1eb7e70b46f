import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';
import { runProgram } from '../lab/run-program.ts';
import type { Accelerator, Recipe } from './recipe.ts';

/** A guest kernel that runs says so within a second or two; one that does not may hang for ever. */
const PROBE_DEADLINE_MS = 8_000;
/** The last thing that a kernel without a root filesystem says: it has come all the way through its own start. */
const KERNEL_RAN = 'Unable to mount root fs';

/** @returns QEMU's version, e.g. `7.2.22` */
export async function qemuVersion(signal: AbortSignal): Promise<string> {
  const text = await runProgram('original server', 'qemu-system-x86_64', ['--version'], { signal });
  const version = /version (\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined)
    throw new BrokenError(`original server: qemu-system-x86_64 --version says ${text.split('\n')[0] ?? 'nothing'}`);
  return version;
}

/**
 * Whether guests run on KVM here or have to be emulated (TCG), if it is known. That `/dev/kvm` exists proves nothing: what counts is a
 * guest that ran. The verdict is remembered for this kernel, processor and QEMU.
 */
export function knownAccelerator(cache: string, qemu: string): Accelerator | undefined {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch {
    return 'tcg';
  }
  const file = verdictFile(cache);
  if (!existsSync(file)) return undefined;
  const { machine, accelerator } = JSON.parse(readFileSync(file, 'utf8')) as { machine?: string; accelerator?: Accelerator };
  return machine === machineName(qemu) && (accelerator === 'kvm' || accelerator === 'tcg') ? accelerator : undefined;
}

/**
 * Find out by starting a guest kernel on KVM, and remember the verdict.
 *
 * @param kernel the original server's kernel
 */
export async function probeAccelerator(
  cache: string,
  qemu: string,
  recipe: Recipe,
  kernel: string,
  signal: AbortSignal,
): Promise<Accelerator> {
  const accelerator = (await kernelRunsOnKvm(recipe, kernel, signal)) ? 'kvm' : 'tcg';
  signal.throwIfAborted();
  const file = verdictFile(cache);
  mkdirSync(path.dirname(file), { recursive: true });
  await writeAtomically(file, `${JSON.stringify({ machine: machineName(qemu), accelerator })}\n`, 0o644);
  return accelerator;
}

function verdictFile(cache: string): string {
  return path.join(cache, 'accelerator.json');
}

function machineName(qemu: string): string {
  return [os.release(), os.version(), os.cpus()[0]?.model ?? 'unknown processor', `QEMU ${qemu}`].join(', ');
}

function kernelRunsOnKvm(recipe: Recipe, kernel: string, signal: AbortSignal): Promise<boolean> {
  const guest = ['-accel', 'kvm', '-machine', recipe.machine_type, '-cpu', recipe.cpu_model.kvm, '-m', '256'];
  const without = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'];
  return new Promise((resolve) => {
    const qemu = spawn('qemu-system-x86_64', [...guest, ...without, '-kernel', kernel, '-append', 'console=ttyS0 panic=-1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    // A process in a broken KVM may outlive SIGKILL for a while: nobody waits for it.
    const end = (verdict: boolean): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
      qemu.kill('SIGKILL');
      qemu.stdout.destroy();
      qemu.unref();
      resolve(verdict);
    };
    const stop = (): void => end(false);
    const deadline = setTimeout(stop, PROBE_DEADLINE_MS);
    signal.addEventListener('abort', stop);
    qemu.on('error', stop);
    qemu.on('close', () => end(said.includes(KERNEL_RAN)));
    qemu.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(KERNEL_RAN)) end(true);
    });
  });
}
