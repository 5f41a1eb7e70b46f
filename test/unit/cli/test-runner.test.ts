import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findParts, type Part } from '../../runner/parts.ts';
import { runPart } from '../../runner/run-part.ts';

const root = path.resolve(import.meta.dirname, '../../..');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-runner-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function program(source: string): Part {
  writeFileSync(path.join(directory, 'run.ts'), source);
  return { name: 'scenarios', run: { kind: 'program', file: 'run.ts' }, leftOut: undefined };
}

const TELL = `import { writeFileSync } from 'node:fs';\nconst tell = (results: object) => writeFileSync(process.argv[3]!, JSON.stringify(results));\n`;

test('a program tells how many of its tests passed and failed', async () => {
  const part = program(`${TELL}tell({ numPassedTests: 5, numFailedTests: 1 });\nprocess.exitCode = 1;\n`);
  expect(await runPart(part, directory, [])).toEqual({ passed: 5, failed: 1 });
});

test('a program that crashes, also after telling only good results, has failed', async () => {
  expect(await runPart(program('process.exitCode = 3;\n'), directory, [])).toEqual({ passed: 0, failed: 1 });
  const late = program(`${TELL}tell({ numPassedTests: 5, numFailedTests: 0 });\nprocess.exitCode = 3;\n`);
  expect(await runPart(late, directory, [])).toEqual({ passed: 5, failed: 1 });
});

test('a test file that cannot be loaded counts as failed', async () => {
  const part = program(`${TELL}tell({ numPassedTests: 5, numFailedTests: 0, numRuntimeErrorTestSuites: 2 });\n`);
  expect(await runPart(part, directory, [])).toEqual({ passed: 5, failed: 2 });
});

test('a check counts as one test', async () => {
  const check = (script: string): Part => ({ name: 'lint', run: { kind: 'check', script }, leftOut: undefined });
  expect(await runPart(check('true'), directory, [])).toEqual({ passed: 1, failed: 0 });
  expect(await runPart(check('exit 2'), directory, [])).toEqual({ passed: 0, failed: 1 });
});

test('every check script of package.json is a part, and the lab comes last', () => {
  const names = findParts(root).map(({ name }) => name);
  expect(names.slice(0, 5)).toEqual(['format', 'lint', 'types', 'structure', 'dead-code']);
  expect(names.slice(-2)).toEqual(['integration', 'scenarios']);
});
