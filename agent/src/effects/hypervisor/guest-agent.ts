import { setTimeout as delay } from 'node:timers/promises';
import type { Deadline } from './deadline.ts';
import type { Libvirt } from './libvirt-requests.ts';

/** The QEMU guest agent of the standby, over its virtio-serial channel: it needs no network. */
export class GuestAgent {
  readonly #libvirt: Libvirt;
  readonly #domain: string;

  constructor(libvirt: Libvirt, domain: string) {
    this.#libvirt = libvirt;
    this.#domain = domain;
  }

  /** Wait until the guest agent answers at all: libvirt learns only some time after a restore that it is there. */
  async waitUntilThere(deadline: Deadline): Promise<void> {
    for (;;) {
      try {
        await this.#ask('guest-ping', {}, deadline);
        return;
      } catch (error) {
        if (!/not connected|not responding/.test((error as Error).message)) throw error;
        await delay(Math.min(RETRY_MS, deadline.left('reach the guest agent of the standby')));
      }
    }
  }

  /**
   * Write a file, or a line into a FIFO that somebody in the guest reads.
   * @throws Error when the guest agent refuses, e.g. because nobody reads the FIFO
   */
  async writeFile(file: string, content: Buffer, deadline: Deadline): Promise<void> {
    const handle = await this.#ask('guest-file-open', { path: file, mode: 'w' }, deadline);
    for (let offset = 0; offset < content.length; offset += CHUNK_BYTES) {
      const chunk = content.subarray(offset, offset + CHUNK_BYTES);
      const written = (await this.#ask('guest-file-write', { handle, 'buf-b64': chunk.toString('base64') }, deadline)) as { count: number };
      if (written.count !== chunk.length)
        throw new Error(`the guest agent wrote ${String(written.count)} of ${String(chunk.length)} bytes to ${file}`);
    }
    await this.#ask('guest-file-close', { handle }, deadline);
  }

  async #ask(execute: string, values: Readonly<Record<string, unknown>>, deadline: Deadline): Promise<unknown> {
    const left_ms = deadline.left(`ask the guest agent of ${this.#domain}: ${execute}`);
    const question = JSON.stringify({ execute, arguments: values });
    // libvirt counts in whole seconds; our own deadline is the finer one.
    const timeout_s = Math.ceil(left_ms / 1000) + 1;
    const answer = await this.#libvirt.ask({ command: 'ask-guest-agent', domain: this.#domain, question, timeout_s }, left_ms);
    return (JSON.parse(answer ?? '{}') as { return?: unknown }).return;
  }
}

const RETRY_MS = 100;
/** libvirt refuses messages to the guest agent of more than 4 MiB; base64 makes three bytes four. */
const CHUNK_BYTES = 1_048_576;
