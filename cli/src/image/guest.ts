import { setTimeout as delay } from 'node:timers/promises';
import { BrokenError } from '../errors.ts';
import { STANDBY_DOMAIN } from './domain.ts';
import type { PrivateLibvirt } from './private-libvirt.ts';

/** Emulated, on a busy machine with two cores. */
const BOOT_LIMIT_MS = 240_000;

/** The guest that becomes the original server, reached through its guest agent: its link is down. */
export class Guest {
  readonly #libvirt: PrivateLibvirt;
  readonly #signal: AbortSignal;

  constructor(libvirt: PrivateLibvirt, signal: AbortSignal) {
    this.#libvirt = libvirt;
    this.#signal = signal;
  }

  /** Wait until the guest agent answers. @throws BrokenError when it does not within four minutes */
  async waitForAgent(): Promise<void> {
    const deadline = performance.now() + BOOT_LIMIT_MS;
    for (;;) {
      try {
        await this.#ask('guest-ping', {});
        return;
      } catch (error) {
        this.#signal.throwIfAborted();
        if (performance.now() > deadline) {
          throw new BrokenError(`original server: its guest agent does not answer ${String(BOOT_LIMIT_MS / 1000)} s after the start`, {
            cause: error,
            hint: 'the guest may not have booted; look at vm-images/original-server, and whether this machine is overloaded',
          });
        }
      }
      await delay(500, undefined, { signal: this.#signal });
    }
  }

  async writeFile(file: string, content: Buffer): Promise<void> {
    const handle = await this.#ask('guest-file-open', { path: file, mode: 'w' });
    await this.#ask('guest-file-write', { handle, 'buf-b64': content.toString('base64') });
    await this.#ask('guest-file-close', { handle });
  }

  /**
   * Run a script in the shell that runs installation procedures, and wait for its end.
   *
   * @returns what it wrote
   * @throws BrokenError with what it wrote when it fails or takes longer than `limit_ms`
   */
  async run(what: string, script: string, limit_ms: number): Promise<string> {
    const started = performance.now();
    const { pid } = (await this.#ask('guest-exec', {
      path: '/bin/busybox',
      arg: ['sh', '-c', `exec 2>&1; ${script}`],
      'capture-output': true,
    })) as { pid: number };
    for (;;) {
      const status = (await this.#ask('guest-exec-status', { pid })) as GuestExecStatus;
      const output = Buffer.from(status['out-data'] ?? '', 'base64').toString('utf8');
      if (status.exited && status.exitcode === 0) return output;
      if (status.exited) throw new BrokenError(`original server: ${what} failed in the guest\n${output.trim()}`);
      if (performance.now() - started > limit_ms)
        throw new BrokenError(`original server: ${what} has not ended in the guest after ${String(limit_ms / 1000)} s`);
      await delay(200, undefined, { signal: this.#signal });
    }
  }

  async #ask(execute: string, values: Readonly<Record<string, unknown>>): Promise<unknown> {
    const question = JSON.stringify({ execute, arguments: values });
    const args = ['qemu-agent-command', '--timeout', '20', STANDBY_DOMAIN, question];
    const answer = await this.#libvirt.virsh(`guest agent, ${execute}`, args, this.#signal);
    return (JSON.parse(answer) as { return: unknown }).return;
  }
}

interface GuestExecStatus {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly 'out-data'?: string;
}
