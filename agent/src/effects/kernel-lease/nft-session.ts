import { spawn, type ChildProcess } from 'node:child_process';

/** nft refused a command; nothing of its line was done. The message has nft's words. */
export class NftRefused extends Error {
  override readonly name = 'NftRefused';
}

/** The nft process ended or did not answer: whether the commands without an answer were carried out is not known. */
export class NftGone extends Error {
  override readonly name = 'NftGone';
}

interface Pending {
  readonly marker: string;
  readonly resolve: (output: string) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: NodeJS.Timeout;
}

/** nft lies where a service's PATH may not reach. */
const PATH = [process.env['PATH'], '/usr/sbin', '/sbin'].filter((entry) => entry !== undefined && entry !== '').join(':');
export const NFT_ENVIRONMENT = { ...process.env, PATH, LC_ALL: 'C' };
/** Both outputs go into one pipe, so that they keep their order; nft is killed with the agent, lest it do what it was told by a dead one. */
const PROGRAM = ['-c', 'exec setpriv --pdeathsig KILL nft -i 2>&1'];
/** What an answer may be long: the largest is a listing of one table. */
const OUTPUT_LIMIT_CHARACTERS = 4_000_000;

/**
 * One life of one `nft -i` process. It says nothing to a command that succeeded, so each command is followed by a line that is no command:
 * nft shows it in a complaint about its syntax, which comes after everything that belongs to the command before it.
 */
export class NftSession {
  /** Settled when the process is gone for good: from then on it does nothing any more. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #answer_ms: number;
  readonly #pending: Pending[] = [];
  #output = '';
  #asked = 0;
  #reason: string | undefined;

  /** @param answer_ms a command that was not answered for so long ends the process */
  constructor(answer_ms: number) {
    this.#answer_ms = answer_ms;
    const child = spawn('sh', PROGRAM, { stdio: ['pipe', 'pipe', 'ignore'], env: NFT_ENVIRONMENT });
    this.#child = child;
    // Writing to a process that has just ended: its end is told by `close`.
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#fail(`nft cannot be started: ${error.message}`);
        resolve();
      });
      child.once('close', (exit_code, signal) => {
        this.#fail(`nft ended (${signal ?? `exit code ${String(exit_code)}`})${this.#output === '' ? '' : `: ${this.#output.trim()}`}`);
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#reason === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Carry out one line: all of its commands or none.
   *
   * @returns what nft wrote, when the kernel has acknowledged it
   * @throws NftRefused, NftGone
   */
  run(line: string): Promise<string> {
    if (this.#reason !== undefined) return Promise.reject(new NftGone(this.#reason));
    this.#asked += 1;
    const marker = `dbss_answered_${String(this.#asked)}_`;
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.#late(marker), this.#answer_ms);
      this.#pending.push({ marker, resolve, reject, deadline });
      this.#child.stdin?.write(`${line}\n${marker}\n`);
    });
  }

  /** Kill it. What it was told and did not answer fails with `NftGone`. */
  kill(reason: string): void {
    this.#fail(reason);
    this.#child.kill('SIGKILL');
  }

  /** After a freeze of this agent timers are served before what has come meanwhile: look at that first. */
  #late(marker: string): void {
    setImmediate(() => {
      if (this.#pending.some((pending) => pending.marker === marker)) {
        this.kill(`nft did not answer within ${String(this.#answer_ms)} ms`);
      }
    });
  }

  #take(text: string): void {
    this.#output += text;
    for (;;) {
      const [next] = this.#pending;
      const at = next === undefined ? -1 : this.#output.indexOf(next.marker);
      if (next === undefined || at < 0) break;
      const end = this.#output.indexOf('\n', at);
      if (end < 0) break;
      const before = withoutLastLine(this.#output.slice(0, this.#output.lastIndexOf('\n', at) + 1));
      this.#output = this.#output.slice(end + 1);
      this.#pending.shift();
      clearTimeout(next.deadline);
      const answer = before.replace(POINTER, '');
      const complaint = complaintIn(answer);
      if (complaint === undefined) next.resolve(answer);
      else next.reject(new NftRefused(complaint));
    }
    if (this.#output.length > OUTPUT_LIMIT_CHARACTERS) this.kill('nft writes without an end');
  }

  #fail(reason: string): void {
    this.#reason ??= reason;
    for (const { reject, deadline } of this.#pending.splice(0)) {
      clearTimeout(deadline);
      reject(new NftGone(this.#reason));
    }
  }
}

/** The line of carets under the marker before, which came after its answer. */
const POINTER = /^[ ^~]*\^[ ^~]*\n/;

/** The last line is the beginning of the complaint about the marker. */
function withoutLastLine(text: string): string {
  return text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
}

/** The first complaint in words; nft repeats the line and points into it, which says nothing to an operator. */
function complaintIn(output: string): string | undefined {
  return /^(?:.*: )?Error: (.*)$/m.exec(output)?.[1];
}
