import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Part } from './parts.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs a part with its output on this terminal. A part that ends badly or without telling its results has failed at least once.
 * @param forwarded more words for jest or the program, e.g. the path of one test
 */
export async function runPart({ run }: Part, root: string, forwarded: readonly string[]): Promise<Counts> {
  if (run.kind === 'check') {
    const exitCode = await execute('sh', ['-c', run.script], root);
    return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'dbss-test-'));
  try {
    const results = path.join(directory, 'results.json');
    const words = run.kind === 'jest' ? jestWords(root, run, results, forwarded) : [run.file, '--results', results, ...forwarded];
    const exitCode = await execute(process.execPath, words, root);
    return readCounts(results, exitCode);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

type JestRun = Extract<Part['run'], { kind: 'jest' }>;

/** The forwarded words come first: jest takes what follows `--testMatch` for more of its patterns. */
function jestWords(root: string, { folder, config }: JestRun, results: string, forwarded: readonly string[]): readonly string[] {
  return [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules/jest/bin/jest.js'),
    ...forwarded,
    ...['--json', `--outputFile=${results}`],
    config === undefined ? `--testMatch=${folder}/**/*.test.ts` : `--config=${config}`,
  ];
}

function execute(program: string, words: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, stdio: 'inherit', env: { ...process.env, PATH: pathWithTools(cwd) } });
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

function pathWithTools(root: string): string {
  return `${path.join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
}

function readCounts(results: string, exitCode: number): Counts {
  if (!existsSync(results)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites = 0 } = JSON.parse(readFileSync(results, 'utf8')) as JestResults;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed: numPassedTests, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}

/** Of jest's results what is counted; a test file that cannot be loaded is a runtime error and has no tests. */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites?: number;
}
