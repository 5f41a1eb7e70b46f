/**
 * Bundles dbssctl to `cli/dist` and the agent to `agent/dist`; does nothing when nothing changed. Run by `npm run build`;
 * `npm run build -- cli` builds dbssctl alone, while the agent is under repair.
 * Everything is built and loaded in a staging directory first: a build that fails leaves the last good one in place.
 */
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { PAGES_FILE } from '../src/commands-base/help-page.ts';
import { isUpToDate, hashInputs, readBuildRecord, recordPath, type BuildRecord } from './build-record.ts';
import { bundle, type BuiltBundle } from './bundles.ts';
import { commandManifest } from './command-manifest.ts';
import { findBundles } from './entries.ts';
import { renderHelpPages } from './help-pages.ts';

const MANIFEST = 'cli/oclif.manifest.json';
const HELP_PAGES = `cli/dist/${PAGES_FILE}`;
const STAGE_PREFIX = '.stage-';

try {
  await main(path.resolve(import.meta.dirname, '..', '..'), process.argv[2] === 'cli' ? 'cli' : '');
} catch (error) {
  // A bundler's error says which file and line: its stack, inside the bundler, helps nobody.
  const message = error instanceof Error && 'errors' in error ? error.message : inspect(error);
  process.stderr.write(`Build failed; what was built before is unchanged.\n${message}\n`);
  process.exitCode = 1;
}

/** @param only `cli` to build that alone, else empty */
async function main(root: string, only: string): Promise<void> {
  const started_ms = performance.now();
  const previous = readBuildRecord(root);
  if (isUpToDate(root, previous)) {
    process.stdout.write('Build: nothing changed\n');
    return;
  }
  removeAbandonedStages(path.join(root, 'cli/dist'));
  const stage = `dist/${STAGE_PREFIX}${process.pid}`;
  try {
    const record = await buildStaged(root, only, path.join('cli', stage), stage);
    publish(root, path.join('cli', stage), record.outputs);
    rmSync(path.join(root, 'cli/dist/.compile-cache'), { recursive: true, force: true });
    removeStale(root, only, new Set([...record.outputs, ...(previous?.outputs ?? [])]));
    process.stdout.write(`Build: ${record.outputs.length} files in ${((performance.now() - started_ms) / 1000).toFixed(1)} s\n`);
  } finally {
    rmSync(path.join(root, 'cli', stage), { recursive: true, force: true });
  }
}

/** Writes everything below the staging directory, each file under the path that it will have in the checkout. */
async function buildStaged(root: string, only: string, stage: string, stageInPackage: string): Promise<BuildRecord> {
  const bundles = findBundles(root).filter(({ directory, entries }) => directory.startsWith(only) && Object.keys(entries).length > 0);
  const built = await Promise.all(bundles.map((one) => bundle({ ...one, directory: path.join(stage, one.directory) }, root)));
  const inputs = [...new Set(built.flatMap(bundledSources))].sort();
  const outputs = built.flatMap(({ outputFiles }) => outputFiles.map((file) => path.relative(path.join(root, stage), file.path)));
  for (const file of built.flatMap(({ outputFiles }) => outputFiles)) write(file.path, file.contents);
  const manifest = await commandManifest(path.join(root, 'cli'), path.join(stageInPackage, 'cli', 'dist'), 'dist');
  write(path.join(root, stage, MANIFEST), manifest);
  const pages = renderHelpPages(path.join(root, 'cli'), path.dirname(path.join(root, stage, MANIFEST)));
  write(path.join(root, stage, HELP_PAGES), pages);
  // Half a build is never up to date.
  const record = {
    hash: only === '' ? hashInputs(root, inputs) : '',
    inputs,
    outputs: [...outputs.sort(byLoadOrder), MANIFEST, HELP_PAGES, recordPath],
  };
  write(path.join(root, stage, recordPath), `${JSON.stringify(record, null, 1)}\n`);
  return record;
}

function bundledSources({ metafile }: BuiltBundle): readonly string[] {
  return Object.keys(metafile.inputs).filter((input) => !input.includes('node_modules/'));
}

/** Shared parts before the files that import them, so that a dbssctl started meanwhile finds what it needs. */
function byLoadOrder(a: string, b: string): number {
  return Number(b.includes('/shared/')) - Number(a.includes('/shared/')) || (a < b ? -1 : 1);
}

function publish(root: string, stage: string, outputs: BuildRecord['outputs']): void {
  for (const output of outputs) {
    const target = path.join(root, output);
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(path.join(root, stage, output), target);
  }
}

/** What the last build but one left: a dbssctl that is still running may need the last one's shared parts. */
function removeStale(root: string, only: string, kept: ReadonlySet<string>): void {
  for (const file of globSync(['cli/dist/**/*.{js,node}', 'agent/dist/**/*.{mjs,node}'], { cwd: root })) {
    if (file.startsWith(only) && !file.includes(STAGE_PREFIX) && !kept.has(file)) rmSync(path.join(root, file));
  }
}

/** What a killed build left. */
function removeAbandonedStages(dist: string): void {
  for (const stage of globSync(`${STAGE_PREFIX}*`, { cwd: dist })) {
    if (!existsSync(`/proc/${stage.slice(STAGE_PREFIX.length)}`)) rmSync(path.join(dist, stage), { recursive: true, force: true });
  }
}

function write(file: string, contents: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, contents);
}
