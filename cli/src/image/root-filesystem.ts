import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { lastLines, runProgram, tryProgram } from '../lab/run-program.ts';
import { aptConfiguration } from './apt-sources.ts';
import type { ImageSources } from './recipe.ts';

/**
 * Make the guest's root filesystem as a directory, by mmdebstrap.
 *
 * @param directory where; must not exist
 * @throws BrokenError with what mmdebstrap said
 */
export async function makeRootFilesystem(sources: ImageSources, directory: string, signal: AbortSignal): Promise<void> {
  const { recipe } = sources;
  const apt = await aptConfiguration('original server', signal);
  // mmdebstrap leaves directories behind when it is interrupted: they go with the build.
  const temporary = `${directory}-temporary`;
  mkdirSync(temporary, { recursive: true, mode: 0o1777 });
  const { code, stderr } = await tryProgram(
    'env',
    [
      `TMPDIR=${temporary}`,
      'mmdebstrap',
      '--mode=root',
      '--format=directory',
      '--variant=minbase',
      `--include=${recipe.packages.join(',')}`,
      ...recipe.excluded_paths.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      ...apt.options,
      `--customize-hook=${path.join(sources.recipeDirectory, 'customize.sh')}`,
      recipe.suite,
      directory,
      ...apt.sources,
    ],
    { signal },
  );
  if (code === 0) return;
  throw new BrokenError(`original server: mmdebstrap failed\n${lastLines(stderr, 15)}`, {
    hint: 'look whether `apt-get update` works on this machine, then repeat the command',
  });
}

/** The guest's kernel and initial memory disk, which QEMU is given directly, and copies of them as `vmlinuz` and `initrd.img`. */
export function copyKernel(rootFilesystem: string, target: string): void {
  const boot = path.join(rootFilesystem, 'boot');
  const names = readdirSync(boot);
  for (const [prefix, name] of [
    ['vmlinuz-', 'vmlinuz'],
    ['initrd.img-', 'initrd.img'],
  ] as const) {
    const found = names.filter((file) => file.startsWith(prefix));
    if (found.length !== 1 || found[0] === undefined) {
      throw new BrokenError(`original server: ${String(found.length)} files ${prefix}* in its /boot, one was expected`, {
        hint: 'vm-images/original-server/recipe.json must name one kernel package',
      });
    }
    cpSync(path.join(boot, found[0]), path.join(target, name));
  }
}

/**
 * Turn the directory into a compressed qcow2 disk with one ext4 filesystem. No journal: the disk is thrown away with its virtual server.
 * @param scratch directory for the raw disk, which is sparse and removed
 */
export async function makeDisk(
  sources: ImageSources,
  rootFilesystem: string,
  scratch: string,
  disk: string,
  signal: AbortSignal,
): Promise<void> {
  const raw = path.join(scratch, 'disk.raw');
  const step = 'original server: disk';
  await runProgram(step, 'truncate', ['--size', `${String(sources.recipe.disk_size_mb)}M`, raw], { signal });
  const features = ['-O', '^has_journal', '-E', 'lazy_itable_init=0,nodiscard', '-m', '0'];
  await runProgram(step, 'mkfs.ext4', ['-q', ...features, '-d', rootFilesystem, raw], { signal });
  await runProgram(step, 'qemu-img', ['convert', '-c', '-O', 'qcow2', '-o', 'compression_type=zstd', raw, disk], { signal });
  await runProgram(step, 'rm', [raw]);
}
