import type { InventoryProblem } from './inventory-error.ts';
import { keyOffset, lineAndColumn, valueOffset } from './yaml-document.ts';
import type { Offset, YamlDocument } from './yaml-document.ts';

/** What a check has to say; the collector adds the position and the sentence. */
export interface Finding {
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string | undefined;
  /** Said after the rest, in parentheses. */
  readonly note?: string | undefined;
}

/** Gathers everything that is wrong in one file, and puts it in the file's order. */
export class ProblemCollector {
  readonly #file: string;
  readonly #text: string;
  readonly #document: YamlDocument;
  readonly #problems: { readonly offset: Offset; readonly problem: InventoryProblem }[] = [];

  constructor(file: string, text: string, document: YamlDocument) {
    this.#file = file;
    this.#text = text;
    this.#document = document;
  }

  atValue(at: string, finding: Finding): void {
    this.atOffset(valueOffset(this.#document, at), finding);
  }

  atKey(at: string, finding: Finding): void {
    this.atOffset(keyOffset(this.#document, at), finding);
  }

  atOffset(offset: Offset, finding: Finding): void {
    const { found, expected, suggestion, note } = finding;
    const meant = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    const message = `found ${found}, expected ${expected}${meant}${note === undefined ? '' : ` (${note})`}`;
    this.#problems.push({
      offset,
      problem: { file: this.#file, ...lineAndColumn(this.#text, offset), found, expected, suggestion, message },
    });
  }

  /** Line in which the value at a pointer stands, to speak of it elsewhere. */
  lineOf(at: string): number {
    return lineAndColumn(this.#text, valueOffset(this.#document, at)).line;
  }

  /** In the order of the file; said twice counts once. */
  get problems(): readonly InventoryProblem[] {
    const inOrder = this.#problems.toSorted((a, b) => a.offset - b.offset).map(({ problem }) => problem);
    const said = new Set<string>();
    return inOrder.filter((problem) => {
      const text = `${String(problem.line)}:${String(problem.column)}:${problem.message}`;
      return !said.has(text) && said.add(text);
    });
  }
}
