import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { NFT_ENVIRONMENT } from './nft-session.ts';

/** A monitor that ends at once, again and again, must not take the processor. */
const PAUSE_MS = 1_000;

/**
 * Tells when somebody takes a rule out of a table: `nft flush ruleset`, which a restart of nftables.service does, would leave an address
 * without a filter until the next look at the rules.
 */
export class RulesWatch {
  readonly #table: string;
  readonly #onLoss: () => void;
  readonly #report: (problem: string) => void;
  #child: ChildProcess | undefined;
  #pause: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param onLoss may be called for what this agent has done itself as well */
  constructor(table: string, onLoss: () => void, report: (problem: string) => void) {
    this.#table = table;
    this.#onLoss = onLoss;
    this.#report = report;
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#pause);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #start(): void {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'nft', 'monitor', 'destroy', 'rules'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: NFT_ENVIRONMENT,
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.split(' ').includes(this.#table)) this.#onLoss();
    });
    child.once('error', (error) => this.#report(`nft monitor cannot be started: ${error.message}`));
    child.once('close', (exit_code, signal) => {
      if (this.#closed) return;
      this.#report(`nft monitor ended (${signal ?? `exit code ${String(exit_code)}`}); it is started anew`);
      // What was lost meanwhile was not told.
      this.#onLoss();
      this.#pause = setTimeout(() => this.#start(), PAUSE_MS);
    });
  }
}
