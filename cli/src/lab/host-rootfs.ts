import { createHash } from 'node:crypto';
import { existsSync, globSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { aptConfiguration } from '../image/apt-sources.ts';
import { isUnderLabMachine, noteUse, pruneCache } from '../image/prune-cache.ts';
import { installationRoot } from '../installation.ts';
import { cacheDirectory } from '../inventory/state-paths.ts';
import { withLock } from './lab-lock.ts';
import { identifyProcess, isAlive } from './process-identity.ts';
import { removeTree } from './remove-tree.ts';
import { lastLines, tryProgram } from './run-program.ts';

export interface HostRootfsOptions {
  readonly progress: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a lab machine is made of, as data: vm-images/lab-host. */
interface Recipe {
  readonly suite: string;
  readonly variant: string;
  readonly packages: readonly string[];
  readonly hash: string;
}

/** Its mounts and its processes are gone when dbssctl is, however that ended. */
const IN_NAMESPACES_OF_ITS_OWN = ['--pdeathsig=KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;
const REMOVING = 'host root filesystem: removing an unfinished build';
const SLOWEST_BUILD_MS = 30 * 60_000;

/**
 * Directory of the host root filesystem that all lab machines share, built once for each recipe and kept in the cache.
 *
 * @returns its path, never written to by a machine
 * @throws BrokenError with what mmdebstrap said when it cannot be built
 */
export async function ensureHostRootfs(options: HostRootfsOptions): Promise<string> {
  const recipe = readRecipe();
  const cache = path.join(cacheDirectory(), 'host-rootfs');
  const rootfs = path.join(cache, recipe.hash);
  if (existsSync(rootfs)) {
    noteUse(rootfs);
    return rootfs;
  }
  mkdirSync(cache, { recursive: true });
  const onWait = (holder: string): void => options.progress(`waiting for ${holder}`);
  await withLock(
    `dbss-host-rootfs ${rootfs}`,
    { purpose: 'building the host root filesystem', subject: 'it', onWait, signal: options.signal },
    async () => {
      await removeDeadBuilds(cache);
      if (!existsSync(rootfs)) await build(recipe, cache, rootfs, options);
      noteUse(rootfs);
      await pruneCache(cache, isUnderLabMachine);
    },
  );
  return rootfs;
}

async function build(recipe: Recipe, cache: string, rootfs: string, { progress, signal }: HostRootfsOptions): Promise<void> {
  const apt = await aptConfiguration('host root filesystem', signal);
  const unfinished = path.join(cache, `.building-${process.pid}-${identifyProcess(process.pid)?.startTicks}-${recipe.hash}`);
  progress(`building from ${recipe.packages.length} packages, about a minute`);
  const started = performance.now();
  try {
    const { code, stderr } = await tryProgram(
      'setpriv',
      [
        ...IN_NAMESPACES_OF_ITS_OWN,
        'mmdebstrap',
        '--mode=root',
        '--format=directory',
        `--variant=${recipe.variant}`,
        `--include=${recipe.packages.join(',')}`,
        ...apt.options,
        `--customize-hook=${path.join(recipeDirectory(), 'customize.sh')}`,
        recipe.suite,
        unfinished,
        ...apt.sources,
      ],
      { signal, timeout_ms: SLOWEST_BUILD_MS },
    );
    if (code !== 0) {
      throw new BrokenError(`host root filesystem: mmdebstrap failed\n${lastLines(stderr, 15)}`, {
        hint: 'look whether `apt-get update` works on this machine, then repeat the command',
      });
    }
    renameSync(unfinished, rootfs);
  } finally {
    await removeTree(REMOVING, unfinished);
  }
  progress(`built in ${((performance.now() - started) / 1000).toFixed(0)} s: ${rootfs}`);
}

/** Unfinished builds whose builder is dead. */
async function removeDeadBuilds(cache: string): Promise<void> {
  for (const name of readdirSync(cache)) {
    const match = /^\.building-(\d+)-(\d+)-/.exec(name);
    if (match === null || isAlive({ pid: Number(match[1]), startTicks: Number(match[2]) })) continue;
    await removeTree(REMOVING, path.join(cache, name));
  }
}

function readRecipe(): Recipe {
  const directory = recipeDirectory();
  const { suite, variant } = JSON.parse(readFileSync(path.join(directory, 'recipe.json'), 'utf8')) as Pick<Recipe, 'suite' | 'variant'>;
  const packages = readFileSync(path.join(directory, 'packages.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const hash = createHash('sha256').update(process.arch);
  const files = globSync('**', { cwd: directory, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
  for (const file of files) {
    const absolute = path.join(directory, file);
    hash.update(`\0${file}\0${lstatSync(absolute).mode & 0o111}\0`).update(readFileSync(absolute));
  }
  return { suite, variant, packages, hash: hash.digest('hex').slice(0, 16) };
}

function recipeDirectory(): string {
  return path.join(installationRoot(), 'vm-images', 'lab-host');
}
