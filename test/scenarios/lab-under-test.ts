import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import type { LabStatus } from '../../cli/src/lab/lab-status.ts';
import { RunningCommand } from './running-command.ts';

const execute = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const dbssctl = path.join(root, 'cli/bin/dbssctl');
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly duration_s: number;
}

/** A lab of its own, from a copy of an inventory in a temporary directory, driven through dbssctl as a user drives it. */
export class LabUnderTest {
  readonly inventory: string;
  /** Temporary; what dbssctl remembers is in it. */
  readonly #directory: string;

  /** @param inventory absolute path of an inventory that is used where it is; else the name of one in inventories/ that is copied */
  constructor(inventory: string) {
    this.#directory = mkdtempSync(path.join(tmpdir(), 'dbss-scenario-'));
    if (path.isAbsolute(inventory)) {
      this.inventory = inventory;
      return;
    }
    this.inventory = path.join(this.#directory, inventory);
    cpSync(path.join(root, 'inventories', inventory), this.inventory);
  }

  /** Whether the inventory is a copy that a scenario may change. */
  get isCopy(): boolean {
    return path.dirname(this.inventory) === this.#directory;
  }

  /** Changes the copy of the inventory. */
  edit(pattern: RegExp, replacement: string): void {
    const before = readFileSync(this.inventory, 'utf8');
    const after = before.replace(pattern, replacement);
    if (!pattern.test(before)) throw new Error(`${this.inventory} has nothing like ${String(pattern)}`);
    writeFileSync(this.inventory, after);
  }

  /** Runs dbssctl on this lab's inventory; never throws for an exit code. */
  async dbssctl(...words: string[]): Promise<Ran> {
    return this.run(dbssctl, words);
  }

  /** Runs any program where dbssctl would be run, with this lab's inventory as the one that dbssctl finds. */
  async run(program: string, words: readonly string[]): Promise<Ran> {
    const started_ms = performance.now();
    const duration_s = (): number => (performance.now() - started_ms) / 1000;
    try {
      const { stdout, stderr } = await execute(program, words, { cwd: root, env: this.#environment(), maxBuffer: OUTPUT_LIMIT_BYTES });
      return { exitCode: 0, stdout, stderr, duration_s: duration_s() };
    } catch (error) {
      const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
      if (typeof code !== 'number') throw error;
      return { exitCode: code, stdout: stdout ?? '', stderr: stderr ?? '', duration_s: duration_s() };
    }
  }

  /** The same, but anything but success is an error that tells the output. */
  async mustRun(...words: string[]): Promise<Ran> {
    const ran = await this.dbssctl(...words);
    if (ran.exitCode !== 0) {
      throw new Error(
        `dbssctl ${words.join(' ')} exited with ${String(ran.exitCode)}:\n${ran.stdout.slice(-3000)}\n${ran.stderr.slice(-3000)}`,
      );
    }
    return ran;
  }

  /** A dbssctl that goes on in the background. */
  start(...words: string[]): RunningCommand {
    return new RunningCommand(dbssctl, words, { cwd: root, env: this.#environment() });
  }

  async status(): Promise<LabStatus> {
    return JSON.parse((await this.mustRun('lab', 'status', '--json')).stdout) as LabStatus;
  }

  async ring(): Promise<RingView> {
    const { stdout } = await this.mustRun('ring', 'show', '--json');
    return JSON.parse(stdout) as RingView;
  }

  async server(name: string): Promise<RingView['servers'][number]> {
    const server = (await this.ring()).servers.find((known) => known.name === name);
    if (server === undefined) throw new Error(`ring show knows no ${name}`);
    return server;
  }

  /** Asks again until the ring is as wanted; an error with the last answer when it takes too long. */
  async untilRing(wanted: string, holds: (ring: RingView) => boolean, limit_s: number): Promise<RingView> {
    const deadline_ms = performance.now() + limit_s * 1000;
    for (;;) {
      const ring = await this.ring();
      if (holds(ring)) return ring;
      if (performance.now() > deadline_ms) {
        throw new Error(`not within ${String(limit_s)} s: ${wanted}; the ring is ${JSON.stringify(ring)}`);
      }
      await pause(500);
    }
  }

  async exec(host: string, ...command: string[]): Promise<Ran> {
    return this.mustRun('lab', 'exec', host, '--', ...command);
  }

  /** A generated management file as bytes (docs/architecture.md). */
  generated(name: string): string {
    const stem = path.basename(this.inventory, '.yml');
    return readFileSync(path.join(path.dirname(this.inventory), '.dbss', stem, 'generated/management', name), 'utf8');
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** What dbssctl remembers from one command to the next is the user's: a test has a place of its own for that. */
  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, DBSS_INVENTORY: this.inventory, XDG_STATE_HOME: path.join(this.#directory, 'state') };
  }
}

/** Waits on the wall clock: real machines keep real time. */
export async function pause(duration_ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, duration_ms));
}
