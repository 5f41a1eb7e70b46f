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

interface Located {
  readonly offset: Offset;
  readonly problem: InventoryProblem;
}

/** Gathers everything that is wrong in one file, and puts it in the file's order. */
export class ProblemCollector {
  readonly #file: string;
  readonly #text: string;
  readonly #document: YamlDocument;
  readonly #problems: Located[] = [];
  readonly #advice: Located[] = [];

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
    this.#problems.push(this.#locate(offset, finding));
  }

  /** Something that is allowed, and that an administrator should know. */
  adviseAtKey(at: string, finding: Finding): void {
    this.#advice.push(this.#locate(keyOffset(this.#document, at), finding));
  }

  /** Line in which the value at a pointer stands, to speak of it elsewhere. */
  lineOf(at: string): number {
    return lineAndColumn(this.#text, valueOffset(this.#document, at)).line;
  }

  /** In the order of the file; said twice counts once. */
  get problems(): readonly InventoryProblem[] {
    return inOrder(this.#problems);
  }

  get advice(): readonly InventoryProblem[] {
    return inOrder(this.#advice);
  }

  #locate(offset: Offset, { found, expected, suggestion, note }: Finding): Located {
    const meant = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    const message = `found ${found}, expected ${expected}${meant}${note === undefined ? '' : ` (${note})`}`;
    return { offset, problem: { file: this.#file, ...lineAndColumn(this.#text, offset), found, expected, suggestion, message } };
  }
}

function inOrder(located: readonly Located[]): readonly InventoryProblem[] {
  const said = new Set<string>();
  return located
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ problem }) => problem)
    .filter((problem) => {
      const text = `${String(problem.line)}:${String(problem.column)}:${problem.message}`;
      return !said.has(text) && said.add(text);
    });
}
