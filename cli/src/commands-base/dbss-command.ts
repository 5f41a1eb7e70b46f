import { Command } from '@oclif/core/command';
import { ExitError } from '@oclif/core/errors';
import { Flags } from '@oclif/core';
import { NOBODY_READS_EXIT_CODE, whenNobodyReads } from './closed-pipe.ts';
import { describeFailure, failureJson, renderFailure } from './failure.ts';

/** The inventory that a command works with; `resolveInventory` turns what was given into a path. */
export const inventoryFlag = Flags.string({
  char: 'i',
  env: 'DBSS_INVENTORY',
  helpValue: 'FILE',
  summary: 'Inventory file; without it DBSS_INVENTORY, else the inventory of the last bootstrap.',
});

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type EndingSignal = keyof typeof SIGNAL_EXIT_CODES;

/**
 * A command of dbssctl. A command's file is a page: flags, one call, a typed result; `run` prints with `this.log` and returns what
 * `--json` shows. It throws UserError for what the user did wrong (exit code 2) and BrokenError for what broke (1).
 */
export abstract class DbssCommand extends Command {
  static override enableJsonFlag = true;

  readonly #interruption = new AbortController();
  #leaving: Promise<void> | undefined;

  /** Aborted by Ctrl-C, SIGTERM or SIGHUP: give it to whatever waits or runs other programs. */
  protected get interruption(): AbortSignal {
    return this.#interruption.signal;
  }

  /**
   * Cleans up after Ctrl-C, before dbssctl ends with exit code 130. A second Ctrl-C ends it at once.
   * @returns what `--json` shows of a command that is ended by Ctrl-C; undefined where there is nothing
   */
  protected onInterrupt(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  /** While another program has the terminal, it has its Ctrl-C, too, and what it makes of it decides. */
  protected leavesInterruptsToChild(): boolean {
    return false;
  }

  /**
   * Absolute path of the inventory: the flag or DBSS_INVENTORY, else the inventory of the last bootstrap.
   * @throws UserError when there is none
   */
  protected async resolveInventory(flag: string | undefined): Promise<string> {
    const { findInventory } = await import('../inventory/find-inventory.ts');
    return findInventory(flag);
  }

  protected override async init(): Promise<void> {
    await super.init();
    for (const signal of Object.keys(SIGNAL_EXIT_CODES)) process.on(signal, this.#onSignal);
    whenNobodyReads(() => {
      this.#leaving ??= this.#leave(NOBODY_READS_EXIT_CODE);
    });
  }

  protected override async catch(error: unknown): Promise<void> {
    if (this.#leaving !== undefined) return;
    if (error instanceof ExitError) {
      process.exitCode = error.oclif.exit ?? 1;
      return;
    }
    this.#report(error);
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await this.#leaving;
    for (const signal of Object.keys(SIGNAL_EXIT_CODES)) process.off(signal, this.#onSignal);
    whenNobodyReads(undefined);
    await super.finally(error);
  }

  #report(error: unknown): void {
    const failure = describeFailure(error, (this.id ?? '').replaceAll(':', ' '));
    process.exitCode = failure.exitCode;
    if (this.jsonEnabled()) this.logJson(failureJson(failure));
    else this.logToStderr(renderFailure(failure));
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT' && this.leavesInterruptsToChild()) return;
    const exitCode = SIGNAL_EXIT_CODES[signal as EndingSignal];
    if (this.#leaving !== undefined) process.exit(exitCode);
    process.stderr.write(`\nInterrupted (${signal}); cleaning up. Once more ends it at once.\n`);
    this.#leaving = this.#leave(exitCode);
  };

  async #leave(exitCode: number): Promise<void> {
    this.#interruption.abort();
    try {
      const result = await this.onInterrupt();
      if (result !== undefined && this.jsonEnabled()) this.logJson(result);
    } catch (error) {
      this.#report(error);
    }
    process.exit(exitCode);
  }
}
