import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { HelperAnswer, Libvirt, LibvirtRequest, LibvirtValue } from './libvirt-requests.ts';

export interface HelperOptions {
  readonly uri: string;
  /** Arguments for node that start the helper; without them the helper that belongs to this program. */
  readonly program?: readonly string[];
  /** The helper ends when nothing was asked of it for so long: an idle agent is small. */
  readonly idle_ms: number;
}

/** The helper process could not be brought up: koffi, libvirt's library or its daemon is missing. */
export class HelperUnavailable extends Error {
  override readonly name = 'HelperUnavailable';
}

interface Pending {
  readonly resolve: (value: LibvirtValue) => void;
  readonly reject: (error: Error) => void;
}

/**
 * libvirt through a helper process, which is started when it is first needed, ended when it is idle, and killed when an answer does not
 * come in time; the next question starts another.
 */
export class LibvirtHelper implements Libvirt {
  readonly #options: HelperOptions;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | undefined;
  #ready: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(options: HelperOptions) {
    this.#options = options;
  }

  async ask(request: LibvirtRequest, timeout_ms: number): Promise<LibvirtValue> {
    clearTimeout(this.#idle);
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      deadline = setTimeout(() => {
        const error = new Error(`libvirt did not answer "${request.command}" within ${String(Math.round(timeout_ms))} ms`);
        reject(error);
        this.#kill(error);
      }, timeout_ms);
    });
    try {
      return await Promise.race([this.#askChild(request), late]);
    } finally {
      clearTimeout(deadline);
      if (this.#pending.size === 0) this.#idle = setTimeout(() => this.close(), this.#options.idle_ms).unref();
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#kill(new Error('the connection to libvirt was closed'));
  }

  async #askChild(request: LibvirtRequest): Promise<LibvirtValue> {
    await (this.#ready ??= this.#start());
    const child = this.#child;
    if (child?.stdin === null || child?.stdin === undefined) throw new Error('the libvirt helper ended');
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      child.stdin?.write(`${JSON.stringify({ id, request })}\n`);
    });
  }

  #start(): Promise<void> {
    const child = spawn(process.execPath, [...(this.#options.program ?? helperProgram()), this.#options.uri], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2_000)));
    // Writing to a helper that has just ended: its end is told by `close`.
    child.stdin.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      const ended = (reason: string): void => {
        reject(new HelperUnavailable(reason));
        if (this.#child === child) this.#forget(new Error(reason));
      };
      child.once('error', (error) => ended(`the libvirt helper cannot be started: ${error.message}`));
      child.once('close', () => ended(`the libvirt helper ended${complaint === '' ? '' : `: ${complaint.trim()}`}`));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const answer = JSON.parse(line) as HelperAnswer;
        if (answer.id === 0) {
          if ('error' in answer) reject(new HelperUnavailable(answer.error));
          else resolve();
          return;
        }
        const pending = this.#pending.get(answer.id);
        this.#pending.delete(answer.id);
        if ('error' in answer) pending?.reject(new Error(answer.error));
        else if ('value' in answer) pending?.resolve(answer.value);
      });
    });
  }

  #kill(error: Error): void {
    const child = this.#child;
    this.#forget(error);
    if (child === undefined) return;
    child.kill('SIGKILL');
    // The kernel may not be able to end it yet; nobody waits for it.
    child.unref();
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.stdin?.destroy();
  }

  #forget(error: Error): void {
    this.#child = undefined;
    this.#ready = undefined;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** Bundled, it lies beside the agent; from source, beside this file. */
function helperProgram(): readonly string[] {
  const bundled = path.join(import.meta.dirname, 'libvirt-helper.mjs');
  return [existsSync(bundled) ? bundled : path.join(import.meta.dirname, 'libvirt-helper-main.ts')];
}
