import { spawn, type ChildProcess } from 'node:child_process';
import { complaintOf } from '../process/run-program.ts';

/** Announcements of each kind, one a second: the first counts, the others are for a switch that was not ready. */
const ANNOUNCEMENTS = 3;

/**
 * Tells the neighbours who holds an address: gratuitous ARP as a reply (`-A`) and as a request (`-U`), because systems differ in which
 * one they believe. `arping` sends the first at once and is not waited for.
 */
export class GratuitousArp {
  readonly #running = new Map<string, Set<ChildProcess>>();
  readonly #report: (problem: string) => void;

  /** @param report told when an announcement could not be sent */
  constructor(report: (problem: string) => void) {
    this.#report = report;
  }

  announce(address: string, networkInterface: string): void {
    this.stop(address);
    for (const kind of ['-A', '-U']) {
      this.#start(address, [kind, '-q', '-c', String(ANNOUNCEMENTS), '-I', networkInterface, address]);
    }
  }

  /** End announcements of an address that is given up: a late one would draw traffic from its new holder. */
  stop(address: string): void {
    for (const child of this.#running.get(address) ?? []) child.kill('SIGKILL');
    this.#running.delete(address);
  }

  stopAll(): void {
    for (const address of [...this.#running.keys()]) this.stop(address);
  }

  #start(address: string, args: readonly string[]): void {
    const child = spawn('arping', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const children = this.#running.get(address) ?? new Set();
    this.#running.set(address, children.add(child));
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = `${stderr}${chunk.toString('utf8')}`.slice(0, 500);
    });
    child.once('error', (error) => this.#report(`${address} is not announced: cannot run arping: ${error.message}`));
    child.once('close', (exit_code) => {
      children.delete(child);
      // Nobody replies to an announcement, which some versions count as a failure without a word; ended by `stop`: no exit code.
      if (exit_code !== null && stderr !== '') {
        this.#report(`${address}: arping: ${complaintOf({ exit_code, timed_out: false, stdout: '', stderr })}`);
      }
    });
  }
}
