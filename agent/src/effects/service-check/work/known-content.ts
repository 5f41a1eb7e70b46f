/** A file, a page or an answer, and what must stand in it. */
export interface KnownContent {
  readonly name: string;
  readonly content: string;
}

/** @throws Error when something else stands there; what it is may be private, and is not told */
export function requireContent({ name, content }: KnownContent, found: string): void {
  if (found !== content) throw new Error(`${name} does not hold what is known of it (${String(found.length)} characters were read)`);
}
