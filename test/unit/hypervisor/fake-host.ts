import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { Libvirt, LibvirtRequest, LibvirtValue } from '../../../agent/src/effects/hypervisor/libvirt-requests.ts';

/** A hypervisor of one domain whose guest answers requests as it is told. */
export class FakeHost implements Libvirt {
  state = 'paused';
  link: 'up' | 'down' = 'down';
  readonly requests: string[] = [];
  /** What happened, in order. */
  readonly story: string[] = [];
  answer: (id: string, words: readonly string[]) => readonly string[] = (id) => [`${id} done`];
  refusals = 0;
  /** The agent is restarted when the memory has been restored. */
  interrupted = false;
  readonly #server: Server;
  #guest: Socket | undefined;
  #file = '';

  constructor(directory: string) {
    this.#server = createServer((socket) => (this.#guest = socket)).listen(path.join(directory, 'report.sock'));
  }

  ask(request: LibvirtRequest): Promise<LibvirtValue> {
    switch (request.command) {
      case 'state':
        return Promise.resolve(this.state);
      case 'describe':
        return Promise.resolve(`<interface type='bridge'><link state='${this.link}'/></interface>`);
      case 'resume':
        this.state = 'running';
        break;
      case 'update-device':
        this.link = request.xml.includes("state='up'") ? 'up' : 'down';
        this.story.push(`link ${this.link}`);
        break;
      case 'ask-guest-agent':
        return this.#guestAgent(JSON.parse(request.question) as GuestQuestion);
      case 'suspend':
        this.state = 'paused';
        this.story.push('suspend');
        break;
      case 'destroy':
        this.state = 'absent';
        this.story.push('destroy');
        break;
      case 'hypervisor-version':
        return Promise.resolve('7.2.22');
      case 'restore-paused':
        this.state = 'paused';
        this.link = 'down';
        this.story.push('restore');
        if (this.interrupted) return Promise.reject(new Error('the agent was restarted'));
    }
    return Promise.resolve(null);
  }

  close(): void {
    this.#guest?.destroy();
    this.#server.close();
  }

  #guestAgent({ execute, arguments: values }: GuestQuestion): Promise<string> {
    if (execute === 'guest-file-open') {
      this.#file = values.path ?? '';
      if (this.#file.endsWith('requests') && this.refusals-- > 0) return Promise.reject(new Error('No such device or address'));
      return Promise.resolve('{"return":1000}');
    }
    if (execute !== 'guest-file-write') return Promise.resolve('{"return":{}}');
    const text = Buffer.from(values['buf-b64'] ?? '', 'base64').toString('utf8');
    this.story.push(`write ${path.basename(this.#file)}`);
    if (this.#file.endsWith('requests')) {
      const [id = '', ...words] = text.trim().split(' ');
      this.requests.push(words.join(' '));
      this.#guest?.write(
        this.answer(id, words)
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
    return Promise.resolve(JSON.stringify({ return: { count: Buffer.byteLength(text), eof: false } }));
  }
}

interface GuestQuestion {
  readonly execute: string;
  readonly arguments: Readonly<Record<string, string>>;
}
