import type { ScriptNotRunStatus } from '../../protocol/status.ts';
import { ScriptNotRun } from './script-not-run.ts';

/** Who is told of scripts that cannot be run here. */
export interface ScriptListener {
  /** A script cannot be run, or for another reason than before. */
  readonly begins: (script: string, reason: string) => void;
  /** It is run after all. */
  readonly ends: (script: string) => void;
}

/**
 * Scripts that examine services (§2.1) and cannot be run on this server. That lies at this machine's disk and not at the service, so that it is no finding; it is told to the
 * administrator when it begins, changes and ends, and not with every examination.
 */
export class ScriptsNotRun {
  readonly #reasons = new Map<string, string>();
  readonly #listener: ScriptListener;

  constructor(listener: ScriptListener) {
    this.#listener = listener;
  }

  /**
   * Make one examination.
   *
   * @param script which it runs; undefined where it runs none
   * @returns why nothing was examined, in words; undefined where it was, and the service is normal
   * @throws what it throws, unless it says that the script could not be run
   */
  async examine(script: string | undefined, examination: () => Promise<void>): Promise<string | undefined> {
    try {
      await examination();
    } catch (error) {
      if (!(error instanceof ScriptNotRun)) {
        this.#ran(script);
        throw error;
      }
      this.#notRun(error);
      return error.message;
    }
    this.#ran(script);
    return undefined;
  }

  list(): readonly ScriptNotRunStatus[] {
    return [...this.#reasons].map(([script, reason]) => ({ script, reason }));
  }

  #notRun({ script, reason }: ScriptNotRun): void {
    if (this.#reasons.get(script) === reason) return;
    this.#reasons.set(script, reason);
    this.#listener.begins(script, reason);
  }

  #ran(script: string | undefined): void {
    if (script !== undefined && this.#reasons.delete(script)) this.#listener.ends(script);
  }
}
