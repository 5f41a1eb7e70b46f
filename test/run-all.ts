/**
 * Runs the parts of the tests that are named, else all: `node test/run-all.ts [PART…] [words for the part]`.
 * `checks` stands for every `check:` script of package.json. The last line is `N passed, N failed`; exit code 1 if any failed.
 */
import path from 'node:path';
import { findParts, type Part } from './runner/parts.ts';
import { runPart, type Counts } from './runner/run-part.ts';

const root = path.resolve(import.meta.dirname, '..');
const { chosen, forwarded } = choose(findParts(root), process.argv.slice(2));
const done: { readonly part: Part; readonly counts: Counts; readonly seconds: number }[] = [];
for (const part of chosen.filter(({ leftOut }) => leftOut === undefined)) {
  say(`\n== ${part.name}`);
  const started_ms = performance.now();
  const counts = await runPart(part, root, forwarded);
  done.push({ part, counts, seconds: (performance.now() - started_ms) / 1000 });
}
summarize();

/** Words are parts up to the first that is none; the rest is handed on. */
function choose(
  parts: readonly Part[],
  words: readonly string[],
): { readonly chosen: readonly Part[]; readonly forwarded: readonly string[] } {
  const firstOther = words.findIndex((word) => word !== 'checks' && !parts.some(({ name }) => name === word));
  const named = firstOther === -1 ? words : words.slice(0, firstOther);
  const isNamed = ({ name, run }: Part): boolean => named.includes(name) || (run.kind === 'check' && named.includes('checks'));
  return { chosen: named.length === 0 ? parts : parts.filter(isNamed), forwarded: words.slice(named.length) };
}

function summarize(): void {
  const total = done.reduce((sum, { counts }) => ({ passed: sum.passed + counts.passed, failed: sum.failed + counts.failed }), {
    passed: 0,
    failed: 0,
  });
  say('');
  for (const { part, counts, seconds } of done) {
    say(
      `${counts.failed === 0 ? 'passed' : 'FAILED'}  ${part.name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds.toFixed(0)} s`,
    );
  }
  for (const { name, leftOut } of chosen) if (leftOut !== undefined) say(`LEFT OUT  ${name}: ${leftOut}`);
  say(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
