import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What the last build was made from and what it made; kept beside the bundle. */
export interface BuildRecord {
  /** Hash over the contents of `inputs` and of everything that `findInputs` names. */
  readonly hash: string;
  /** Files outside node_modules that went into the bundles, relative to the root. */
  readonly inputs: readonly string[];
  /** Files made, relative to the root. */
  readonly outputs: readonly string[];
}

const RECORD = 'cli/dist/build-record.json';
const SOURCES = ['agent/src/**/*.ts', 'cli/src/**/*.ts', 'cli/build/*.ts', 'cli/package.json', 'package-lock.json'];

export const recordPath = RECORD;

/** The last build's record; undefined when there was none or it cannot be read, which only means to build again. */
export function readBuildRecord(root: string): BuildRecord | undefined {
  const file = path.join(root, RECORD);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BuildRecord) : undefined;
}

/**
 * Hash of everything that a build depends on.
 * @param bundled files outside node_modules that went into the bundles
 */
export function hashInputs(root: string, bundled: readonly string[]): string {
  const files = new Set([...globSync(SOURCES, { cwd: root }), ...bundled]);
  const hash = createHash('sha256').update(process.version);
  for (const file of [...files].sort()) {
    const absolute = path.join(root, file);
    hash.update(`\0${file}\0`).update(existsSync(absolute) ? readFileSync(absolute) : 'missing');
  }
  return hash.digest('hex');
}

/** Whether nothing changed since the recorded build and all that it made is there. */
export function isUpToDate(root: string, record: BuildRecord | undefined): boolean {
  if (record === undefined) return false;
  return record.outputs.every((output) => existsSync(path.join(root, output))) && hashInputs(root, record.inputs) === record.hash;
}
