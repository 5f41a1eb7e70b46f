import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One part of `npm test`. */
export interface Part {
  readonly name: string;
  readonly run:
    /** A `check:` script of package.json: it counts as one test. */
    | { readonly kind: 'check'; readonly script: string }
    /** Test files for jest: those of a folder, by the folder's own configuration where it has one. */
    | { readonly kind: 'jest'; readonly folder: string; readonly config: string | undefined }
    /** A program that is given `--results FILE` and writes there `{ numPassedTests, numFailedTests }`. */
    | { readonly kind: 'program'; readonly file: string };
  /** Why the part cannot run on this machine. */
  readonly leftOut: string | undefined;
}

/**
 * The parts in the order in which they run: what is quick and says where to look first.
 * @param root directory of the checkout
 */
export function findParts(root: string): readonly Part[] {
  const realMachines = whyNoRealMachines();
  return [
    ...checks(root),
    jestPart(root, 'unit'),
    jestPart(root, 'paper'),
    jestPart(root, 'simulation'),
    withNeed(jestPart(root, 'integration'), realMachines),
    withNeed(programPart(root, 'scenarios', 'test/scenarios/run.ts'), realMachines),
  ];
}

function checks(root: string): readonly Part[] {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  return Object.entries(scripts)
    .filter(([name]) => name.startsWith('check:'))
    .map(([name, script]) => {
      const check = name.slice('check:'.length);
      return { name: check, run: { kind: 'check', script }, leftOut: check === 'ansible' ? whyNo('ansible-lint') : undefined };
    });
}

function jestPart(root: string, name: string): Part {
  const folder = path.join(root, 'test', name);
  const leftOut = globSync('**/*.test.ts', { cwd: folder }).length > 0 ? undefined : `has no tests in test/${name}`;
  const config = path.join(folder, 'jest.config.mjs');
  return { name, run: { kind: 'jest', folder, config: existsSync(config) ? config : undefined }, leftOut };
}

function programPart(root: string, name: string, file: string): Part {
  return { name, run: { kind: 'program', file }, leftOut: existsSync(path.join(root, file)) ? undefined : `${file} does not exist` };
}

function withNeed(part: Part, missing: string | undefined): Part {
  return { ...part, leftOut: part.leftOut ?? missing };
}

function whyNoRealMachines(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  return existsSync('/etc/debian_version') ? undefined : 'needs Debian';
}

function whyNo(program: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(':');
  return directories.some((directory) => existsSync(path.join(directory, program)))
    ? undefined
    : `needs ${program}, which is not installed`;
}
