import { type ChildProcess, spawn } from 'node:child_process';

export interface CommandEnd {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** A command that goes on in the background, in a process group of its own as a shell at a terminal starts it. */
export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #ended: Promise<CommandEnd>;
  #output = '';
  #lookAgain: () => void = () => undefined;

  constructor(program: string, words: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
    const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#lookAgain();
      });
    }
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signal) => {
        resolve({ exitCode, signal, output: this.#output });
      });
    });
  }

  /** Waits until its output matches. An error, with the output, when it ends before. */
  async outputMatches(pattern: RegExp): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.#lookAgain = () => {
        if (pattern.test(this.#output)) resolve();
      };
      this.#lookAgain();
    });
    const endedBefore = this.#ended.then(({ output }) => {
      if (!pattern.test(output)) throw new Error(`it ended without ${String(pattern)} in its output:\n${output.slice(-3000)}`);
    });
    await Promise.race([seen, endedBefore]);
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<CommandEnd> {
    return this.#ended;
  }

  /** Ctrl-C at a terminal: the signal goes to the command and to what it runs in its process group. */
  async interrupt(): Promise<CommandEnd> {
    return this.#end(-this.#pid(), 'SIGINT');
  }

  /** The command alone is killed; what it started goes on, or does not. */
  async kill(): Promise<CommandEnd> {
    return this.#end(this.#pid(), 'SIGKILL');
  }

  #pid(): number {
    if (this.#child.pid === undefined) throw new Error('the command was not started');
    return this.#child.pid;
  }

  async #end(pid: number, signal: NodeJS.Signals): Promise<CommandEnd> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(pid, signal);
    return this.#ended;
  }
}
