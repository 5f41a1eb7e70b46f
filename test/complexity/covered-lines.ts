import { Session } from 'node:inspector/promises';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where everything that decides lives. */
const DECISION_CODE = /\/agent\/src\/protocol\/.*\.ts$/;

/** `file:line` of the lines of decision code that ran between the two calls. */
export class CoveredLines {
  readonly #session = new Session();

  async begin(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  async end(): Promise<ReadonlySet<string>> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    this.#session.disconnect();
    const covered = new Set<string>();
    for (const { url, functions } of result) {
      if (!DECISION_CODE.test(url)) continue;
      const file = fileURLToPath(url);
      const text = readFileSync(file, 'utf8');
      const ran = countsOf(
        text.length,
        functions.flatMap(({ ranges }) => ranges),
      );
      for (const [number, { from, code }] of codeLines(text).entries()) {
        if (code !== undefined && (ran[from + code] ?? 0) > 0)
          covered.add(`${file.slice(file.indexOf('/agent/src/protocol/') + 1)}:${String(number + 1)}`);
      }
    }
    return covered;
  }
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** How often each character's code ran: the innermost range counts, and outer ranges come before inner ones when the longest is first. */
function countsOf(length: number, ranges: readonly Range[]): Int32Array {
  const counts = new Int32Array(length);
  const outermostFirst = [...ranges].sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  for (const { startOffset, endOffset, count } of outermostFirst) counts.fill(count, startOffset, endOffset);
  return counts;
}

/**
 * Lines of a source file: where each begins, and how far into it its code does. Lines without a statement of their own do not count: blank ones, comments, imports,
 * types and lone brackets.
 */
function codeLines(text: string): { readonly from: number; readonly code: number | undefined }[] {
  let from = 0;
  let inside: 'comment' | 'declaration' | undefined;
  return text.split('\n').map((line) => {
    const start = from;
    from += line.length + 1;
    const trimmed = line.trim();
    const was = inside;
    if (was === undefined) {
      if (trimmed.startsWith('/*') && !trimmed.endsWith('*/')) inside = 'comment';
      else if (/^(import|export type|export interface|interface|type)\b/.test(trimmed) && !/[;}]$/.test(trimmed)) inside = 'declaration';
    } else if (was === 'comment' ? trimmed.endsWith('*/') : /^(}|.*;$)/.test(line)) inside = undefined;
    const declares = /^(\/\/|\/\*|import\b|export type\b|export interface\b|interface\b|type\b)/.test(trimmed);
    const counts = was === undefined && !declares && !/^[\s{}()[\];,]*$/.test(trimmed);
    return { from: start, code: counts ? line.length - line.trimStart().length : undefined };
  });
}
