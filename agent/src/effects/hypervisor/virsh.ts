import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { complaintOf, type ProgramResult, runProgram } from '../process/run-program.ts';
import type { DomainState, Libvirt, LibvirtRequest, LibvirtValue } from './libvirt-requests.ts';

type Run = (args: readonly string[], timeout_ms: number) => Promise<ProgramResult>;

/** virsh's words for a domain's state. */
const DOMAIN_STATES: Readonly<Record<string, DomainState>> = {
  running: 'running',
  idle: 'running',
  paused: 'paused',
  'shut off': 'off',
  crashed: 'off',
};

/** libvirt through its command line: slower by a process a question, but it needs no library in a process of ours. */
export class Virsh implements Libvirt {
  readonly #run: Run;

  /** @param run runs virsh with these arguments; given only by tests */
  constructor(uri: string, run: Run = (args, timeout_ms) => runProgram('virsh', ['--quiet', '--connect', uri, ...args], timeout_ms)) {
    this.#run = run;
  }

  async ask(request: LibvirtRequest, timeout_ms: number): Promise<LibvirtValue> {
    switch (request.command) {
      case 'hypervisor-version': {
        const text = await this.#must(request, ['version'], timeout_ms);
        const version = /hypervisor: \S+ (\d+\.\d+\.\d+)/.exec(text)?.[1];
        if (version === undefined) throw new Error(`virsh version says ${text.trim()}`);
        return version;
      }
      case 'state': {
        const result = await this.#run(['domstate', request.domain], timeout_ms);
        if (/failed to get domain|Domain not found/.test(result.stderr)) return 'absent' satisfies DomainState;
        return DOMAIN_STATES[valueOf(request, result, timeout_ms).trim()] ?? ('other' satisfies DomainState);
      }
      case 'resume':
      case 'suspend':
      case 'destroy':
        await this.#must(request, [request.command, request.domain], timeout_ms);
        return null;
      case 'restore-paused':
        return this.#withFile(request.xml, (file) => this.#must(request, ['restore', request.file, '--xml', file, '--paused'], timeout_ms));
      case 'describe':
        return this.#must(request, ['dumpxml', request.domain], timeout_ms);
      case 'update-device':
        return this.#withFile(request.xml, (file) => this.#must(request, ['update-device', request.domain, file, '--live'], timeout_ms));
      case 'ask-guest-agent': {
        const args = ['qemu-agent-command', '--timeout', String(request.timeout_s), request.domain, request.question];
        return (await this.#must(request, args, timeout_ms)).trim();
      }
    }
  }

  close(): void {
    // Nothing outlives a question.
  }

  async #must(request: LibvirtRequest, args: readonly string[], timeout_ms: number): Promise<string> {
    return valueOf(request, await this.#run(args, timeout_ms), timeout_ms);
  }

  async #withFile(content: string, use: (file: string) => Promise<string>): Promise<null> {
    const directory = await mkdtemp(path.join(tmpdir(), 'dbss-virsh-'));
    try {
      const file = path.join(directory, 'description.xml');
      await writeFile(file, content);
      await use(file);
      return null;
    } finally {
      await rm(directory, { recursive: true });
    }
  }
}

function valueOf(request: LibvirtRequest, result: ProgramResult, timeout_ms: number): string {
  if (result.timed_out) throw new Error(`virsh did not answer "${request.command}" within ${String(Math.round(timeout_ms))} ms`);
  if (result.exit_code !== 0) throw new Error(`virsh, ${request.command}: ${complaintOf(result)}`);
  return result.stdout;
}
