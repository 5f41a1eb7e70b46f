/** One try of a client to write something; every try has a token of its own, because one that was not acknowledged may have been carried out. */
export interface KeptItem {
  readonly token: string;
  /** When the server acknowledged it, or the try failed (Unix time in milliseconds). */
  readonly at_ms: number;
  /** Why it was not acknowledged; null when it was. */
  readonly problem: string | null;
  /** When it was read again at once, which is tried after each failure; else null. */
  readonly readAgain_ms: number | null;
}

/** What is found of something that was written. */
export interface FoundItem {
  readonly token: string;
  readonly copies: number;
  /** Why there is none; else null. */
  readonly problem: string | null;
}

/** The lines of JSON in what `kept-main.ts` said. */
export function linesOf(output: string): readonly unknown[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as unknown);
}
