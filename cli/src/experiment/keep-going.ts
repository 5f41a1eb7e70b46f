/** An error with all its causes, in one line. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${inWords(error.cause)}`;
  return `${error.message.replaceAll(/\s*\n\s*/g, '; ')}${cause}`;
}

/**
 * A run whose servers have failed is worth the same to the end, whatever breaks meanwhile: what breaks is noted and the run goes on. Left out it would be missing
 * among the bad ones.
 */
export class KeepGoing {
  readonly #signal: AbortSignal;
  readonly #troubles: string[] = [];

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** What broke so far, in words. */
  get troubles(): readonly string[] {
    return this.#troubles;
  }

  /** Note what went wrong otherwise. */
  note(trouble: string): void {
    this.#troubles.push(trouble);
  }

  /**
   * Do a step.
   *
   * @param step what is being done, in words
   * @param otherwise what the step comes to when it breaks
   * @throws what it throws when the signal is aborted
   */
  async through<T>(step: string, work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (this.#signal.aborted) throw error;
      this.#troubles.push(`${step}: ${inWords(error)}`);
      return otherwise;
    }
  }
}
