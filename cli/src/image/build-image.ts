import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BrokenError, UserError } from '../errors.ts';
import { withLock } from '../lab/lab-lock.ts';
import { identifyProcess } from '../lab/process-identity.ts';
import { removeTree } from '../lab/remove-tree.ts';
import { runProgram } from '../lab/run-program.ts';
import { knownAccelerator, probeAccelerator, qemuVersion } from './accelerator.ts';
import { REMOVING_UNFINISHED, removeDeadBuilds } from './dead-builds.ts';
import { domainXml } from './domain.ts';
import { type ImageHost, imageHash } from './image-hash.ts';
import { originalServerContents } from './original-contents.ts';
import { noteUse, pruneCache } from './prune-cache.ts';
import { type ImageSources, imageSources } from './recipe.ts';
import { rehearsalProcedure } from './rehearsal.ts';
import { copyKernel, makeDisk, makeRootFilesystem } from './root-filesystem.ts';
import { saveMemory } from './save-memory.ts';

export interface ImageOptions {
  /** Memory of the guest, and so of every standby. */
  readonly standbyMemory_mb: number;
  /** The image lies in `original-server/<hash>` below it. */
  readonly cacheDirectory: string;
  /** Told of each step in a few words. */
  readonly progress: (detail: string) => void;
  /** Ends the build: its processes and unfinished files are removed. */
  readonly signal?: AbortSignal;
}

export interface BuiltImage {
  /** Holds disk.qcow2, memory.save, domain.xml, contents.json, image.json, vmlinuz and initrd.img. */
  readonly directory: string;
  readonly hash: string;
  /** False when nothing had changed since it was built. */
  readonly rebuilt: boolean;
}

/** The least memory in which the original server boots and holds all its daemons. */
const LEAST_MEMORY_MB = 256;

/**
 * Build the original server (§3.1): a Debian guest with the service programs of all servers installed and stopped, booted once, its memory
 * saved. Kept in the cache under the hash of everything that it is made from, and built again only when that changes.
 *
 * @throws UserError when this machine cannot build it; BrokenError naming the step that failed
 */
export async function buildImage(options: ImageOptions): Promise<BuiltImage> {
  if (process.getuid?.() !== 0) throw new UserError('the original server is built as root', { hint: 'run the command as root' });
  if (options.standbyMemory_mb < LEAST_MEMORY_MB) {
    throw new UserError(`${String(options.standbyMemory_mb)} MB are too little memory for a standby`, {
      hint: `give dbss_standby.memory_mb at least ${String(LEAST_MEMORY_MB)}`,
    });
  }
  const sources = imageSources();
  const cache = path.join(options.cacheDirectory, 'original-server');
  mkdirSync(cache, { recursive: true });
  const signal = options.signal ?? new AbortController().signal;
  const qemu_version = await qemuVersion(signal);
  const known = knownAccelerator(cache, qemu_version);
  if (known !== undefined) {
    const image = cached(cache, sources, { accelerator: known, qemu_version, memory_mb: options.standbyMemory_mb });
    if (!image.rebuilt) {
      noteUse(image.directory);
      return image;
    }
  }
  const onWait = (holder: string): void => options.progress(`waiting for ${holder}`);
  return withLock(`dbss-original-server ${cache}`, { purpose: 'building the original server', subject: 'it', onWait, signal }, async () => {
    await removeDeadBuilds(cache);
    const image = await new Build(sources, cache, qemu_version, options, signal).run();
    noteUse(image.directory);
    // Servers have copies of their own, a lab's as well: nothing that runs needs the ones here.
    await pruneCache(cache, () => false);
    return image;
  });
}

function cached(cache: string, sources: ImageSources, host: ImageHost): BuiltImage {
  const hash = imageHash(sources, host);
  const directory = path.join(cache, hash);
  return { directory, hash, rebuilt: !existsSync(path.join(directory, 'image.json')) };
}

/** One build, in a directory of its own that becomes the image or is removed. */
class Build {
  readonly #sources: ImageSources;
  readonly #cache: string;
  readonly #qemu_version: string;
  readonly #options: ImageOptions;
  readonly #signal: AbortSignal;
  readonly #work: string;

  constructor(sources: ImageSources, cache: string, qemu_version: string, options: ImageOptions, signal: AbortSignal) {
    this.#sources = sources;
    this.#cache = cache;
    this.#qemu_version = qemu_version;
    this.#options = options;
    this.#signal = signal;
    this.#work = path.join(cache, `.building-${String(process.pid)}-${String(identifyProcess(process.pid)?.startTicks)}`);
  }

  async run(): Promise<BuiltImage> {
    const started = performance.now();
    const { progress } = this.#options;
    try {
      const root = path.join(this.#work, 'root');
      // Whether KVM works is found out with the guest's own kernel: where it is not known yet, the files come first.
      let accelerator = knownAccelerator(this.#cache, this.#qemu_version);
      if (accelerator === undefined) {
        await this.#makeFiles(root);
        progress('trying its kernel on KVM');
        accelerator = await probeAccelerator(this.#cache, this.#qemu_version, this.#sources.recipe, this.#image('vmlinuz'), this.#signal);
        if (accelerator === 'tcg') progress('/dev/kvm is there but runs no guest: guests are emulated');
      }
      const host: ImageHost = { accelerator, qemu_version: this.#qemu_version, memory_mb: this.#options.standbyMemory_mb };
      const image = cached(this.#cache, this.#sources, host);
      // Another process may have built it while this one waited for the lock.
      if (!image.rebuilt) return image;
      if (!existsSync(root)) await this.#makeFiles(root);
      await this.#makeGuest(host, image.hash);
      await runProgram('original server: replacing an unfinished image', 'rm', ['-rf', image.directory]);
      renameSync(path.join(this.#work, 'original-server'), image.directory);
      progress(`built in ${((performance.now() - started) / 1000).toFixed(0)} s: ${image.directory}`);
      return image;
    } catch (error) {
      this.#signal.throwIfAborted();
      throw error;
    } finally {
      await removeTree(REMOVING_UNFINISHED, this.#work);
    }
  }

  /** Kernel, initial memory disk and the disk as installed. */
  async #makeFiles(root: string): Promise<void> {
    const { recipe } = this.#sources;
    for (const directory of ['standby', 'original-server']) mkdirSync(path.join(this.#work, directory), { recursive: true });
    this.#options.progress(`installing Debian ${recipe.suite} with ${String(recipe.packages.length)} packages, about a minute`);
    await makeRootFilesystem(this.#sources, root, this.#signal);
    copyKernel(root, path.join(this.#work, 'original-server'));
    writeFileSync(this.#image('contents.json'), `${JSON.stringify(originalServerContents(root, this.#sources.installScript))}\n`);
    this.#options.progress('making its disk');
    await makeDisk(this.#sources, root, this.#work, path.join(this.#work, 'standby', 'disk.qcow2'), this.#signal);
  }

  /** The disk as booted, the memory saved, and what they fit to. */
  async #makeGuest(host: ImageHost, hash: string): Promise<void> {
    writeFileSync(this.#image('domain.xml'), domainXml(this.#sources, host, hash));
    await saveMemory(this.#sources, this.#work, host.accelerator, this.#options.progress, this.#signal);
    renameSync(path.join(this.#work, 'standby', 'disk.qcow2'), this.#image('disk.qcow2'));
    if (statSync(this.#image('memory.save')).size === 0) throw new BrokenError('original server: libvirt saved an empty memory');
    const { machine_type, cpu_model } = this.#sources.recipe;
    const description = {
      format: 1,
      hash,
      ...host,
      machine_type,
      cpu_model: cpu_model[host.accelerator],
      rehearsal: rehearsalProcedure(this.#sources).toString('base64'),
    };
    writeFileSync(this.#image('image.json'), `${JSON.stringify(description, null, 2)}\n`);
  }

  #image(file: string): string {
    return path.join(this.#work, 'original-server', file);
  }
}
