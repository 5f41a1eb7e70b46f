import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { lastLines, runProgram } from '../lab/run-program.ts';
import { SERVICE_BRIDGE } from './domain.ts';
import type { Accelerator } from './recipe.ts';

const START_LIMIT_MS = 20_000;

/** A libvirt daemon for one build; it and everything that it started end together. */
export interface PrivateLibvirt {
  /** Run virsh against it. @throws BrokenError with its words */
  readonly virsh: (step: string, args: readonly string[], signal: AbortSignal, timeout_ms?: number) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Start a libvirt daemon in namespaces of its own, where `work`/standby and `work`/original-server lie under /var/lib/dbss as they do on
 * a server: a memory that it saves is one that a server's libvirt restores. It ends with this process, however that ends.
 *
 * @param script templates/standby/private-libvirt.sh
 * @throws BrokenError with the daemon's words when it does not answer
 */
export async function startPrivateLibvirt(
  script: string,
  work: string,
  accelerator: Accelerator,
  signal: AbortSignal,
): Promise<PrivateLibvirt> {
  for (const directory of ['standby', 'original-server']) mkdirSync(path.join(work, directory), { recursive: true });
  const namespaces = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
  const daemon = spawn('setpriv', ['--pdeathsig', 'KILL', ...namespaces, 'sh', script, work, SERVICE_BRIDGE, accelerator], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  const socket = path.join(work, 'run', 'libvirt-sock');
  const virsh: PrivateLibvirt['virsh'] = (step, args, abort, timeout_ms = 60_000) =>
    runProgram(`original server: ${step}`, 'virsh', ['--quiet', '--connect', `qemu+unix:///system?socket=${socket}`, ...args], {
      signal: abort,
      timeout_ms,
    });
  const stop = (): Promise<void> => end(daemon);
  try {
    await ready(daemon, socket, () => virsh('private libvirt', ['version'], signal), signal);
  } catch (error) {
    await stop();
    signal.throwIfAborted();
    const words = lastLines(said, 8);
    throw new BrokenError(`original server: the build's own libvirt daemon did not start${words === '' ? '' : `\n${words}`}`, {
      cause: error,
      hint: 'the packages of cli/setup/debian-packages.txt must be installed, and the build must run as root',
    });
  }
  return { virsh, stop };
}

async function ready(daemon: ChildProcess, socket: string, answers: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  let failure: unknown = new Error('no socket yet');
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (daemon.exitCode !== null || daemon.signalCode !== null) throw new Error('the daemon ended');
    if (existsSync(socket)) {
      try {
        await answers();
        return;
      } catch (error) {
        failure = error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw failure;
}

/** `unshare` gone, the kernel ends the first process of its namespace, and with it all others there. */
function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    daemon.once('close', () => resolve());
    daemon.kill('SIGKILL');
  });
}
