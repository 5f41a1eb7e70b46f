import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { StorageCheck } from '../../configuration/agent-configuration.ts';
import type { StorageDemand } from '../../protocol/effects.ts';
import { reasonOf } from '../reason-of.ts';
import { within } from '../service-check/time-limit.ts';
import { askNfsServer } from './nfs-null.ts';

/**
 * For so long after a look that failed files may not be opened yet. An NFS server lets nobody open files for 90 s after it has started (the grace period of Linux' server, RFC 7530), in
 * which those who had some open claim them again; and it may have started as late as an interval (20 s with the profile `wan`) after that look.
 */
const OPENS_AGAIN_AFTER_MS = 110_000;

type Look = ChildProcessByStdio<null, Readable, Readable>;

/** With no more room than this nothing of use can be written. NFS counts in blocks of its own, mostly as large, and rounds what is free up. */
const LEAST_ROOM_BYTES = 1024 * 1024;

/**
 * Looks whether the shared storage answers, as a virtual server would need it: its NFS server, and what is mounted on this server, and whether there is room.
 * Whoever touches a mount that hangs hangs with it, so a program of its own does that.
 */
export class SharedStorageCheck {
  readonly #storage: StorageCheck | undefined;
  readonly #mounts: string;
  readonly #look: readonly [string, ...string[]];
  /** What the program that looks at the mount will have written. */
  #figures: Promise<string> | undefined;
  /** It was given up and has not ended. */
  #hangs = false;
  readonly #mono_ms: () => number;
  /** When the NFS server did not answer last. */
  #silent_mono_ms = -Infinity;

  /**
   * @param mounts where the kernel lists what is mounted
   * @param look program, with its first arguments, that writes for a directory the block size of its file system and its blocks, free ones, inodes and free ones
   */
  constructor(
    storage: StorageCheck | undefined,
    mounts = '/proc/self/mounts',
    look: readonly [string, ...string[]] = ['stat', '--file-system', '--format=%S %b %a %c %d'],
    mono_ms = (): number => performance.now(),
  ) {
    this.#storage = storage;
    this.#mounts = mounts;
    this.#look = look;
    this.#mono_ms = mono_ms;
  }

  /**
   * @param options.timeout_ms for all of it
   * @throws Error naming what does not answer, opens no files yet, or is full
   */
  async check({ demand, timeout_ms }: { readonly demand: StorageDemand; readonly timeout_ms: number }): Promise<void> {
    if (this.#storage === undefined) return;
    const { mount_point, nfs_server } = this.#storage;
    const isLookedAt = isMounted(mount_point, this.#mounts);
    if (!isLookedAt && nfs_server === undefined) throw new Error(`nothing is mounted on ${mount_point}`);
    const [figures] = await Promise.all([
      isLookedAt ? this.#lookAt(mount_point, timeout_ms) : undefined,
      nfs_server === undefined ? undefined : this.#ask(nfs_server, timeout_ms),
    ]);
    if (demand === 'room' && figures !== undefined) requireRoom(mount_point, figures);
    if (demand !== 'answer' && nfs_server !== undefined) this.#requireOpening(nfs_server.address);
  }

  /** A look at the mount may be late because this server is busy; the time for opening files goes by the NFS server. */
  async #ask(server: NonNullable<StorageCheck['nfs_server']>, timeout_ms: number): Promise<void> {
    try {
      await askServer(server, timeout_ms);
    } catch (error) {
      this.#silent_mono_ms = this.#mono_ms();
      throw error;
    }
  }

  #requireOpening(address: string): void {
    const answers_ms = this.#mono_ms() - this.#silent_mono_ms;
    if (answers_ms > OPENS_AGAIN_AFTER_MS) return;
    const ago_s = Math.round(answers_ms / 1000);
    throw new Error(
      `NFS server ${address} answers again, and did not ${String(ago_s)} s ago: an NFS server that was started lets nobody open files for a while`,
    );
  }

  /** What the program writes. Who asks while it runs waits with the others. */
  async #lookAt(mount_point: string, timeout_ms: number): Promise<string> {
    if (this.#hangs) throw new Error(`${mount_point} hangs: the last look at it has not ended`);
    this.#figures ??= this.#figuresOf(this.#startLook(mount_point), mount_point, timeout_ms);
    return await this.#figures;
  }

  #startLook(mount_point: string): Look {
    const [program, ...words] = this.#look;
    try {
      return spawn(program, [...words, mount_point], { stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (cause) {
      throw new Error('cannot look at the mount', { cause });
    }
  }

  async #figuresOf(child: Look, mount_point: string, timeout_ms: number): Promise<string> {
    let figures = '';
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => (figures = (figures + chunk.toString()).slice(0, 500)));
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, 500)));
    return await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        // What waits for a dead file server may not even be killed: it is left to itself.
        child.kill('SIGKILL');
        child.unref();
        child.stdout.destroy();
        child.stderr.destroy();
        this.#hangs = true;
        reject(new Error(`${mount_point} does not answer within ${String(timeout_ms)} ms`));
      }, timeout_ms);
      let isOver = false;
      const ended = (error: Error | undefined): void => {
        // A program that cannot be started may say both.
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        this.#figures = undefined;
        this.#hangs = false;
        if (error === undefined) resolve(figures);
        else reject(error);
      };
      child.once('error', (cause) => ended(new Error('cannot look at the mount', { cause })));
      child.once('close', (code) => ended(code === 0 ? undefined : new Error(complaint.trim() || `${mount_point} cannot be looked at`)));
    });
  }
}

/** A file system that counts no inodes has as many as it likes. */
function requireRoom(mount_point: string, figures: string): void {
  const [block_bytes = NaN, blocks = NaN, free_blocks = NaN, inodes = NaN, free_inodes = NaN] = figures.trim().split(' ').map(Number);
  if (![block_bytes, blocks, free_blocks, inodes, free_inodes].every(Number.isFinite)) {
    throw new Error(`the room on ${mount_point} cannot be told from "${figures.trim()}"`);
  }
  if (blocks > 0 && free_blocks * block_bytes <= LEAST_ROOM_BYTES) {
    const size_mb = Math.round((blocks * block_bytes) / 1_000_000);
    throw new Error(`${mount_point} is full: no more than 1 MiB of its ${String(size_mb)} MB is free`);
  }
  if (inodes > 0 && free_inodes === 0) throw new Error(`${mount_point} is full: no inode of its ${String(inodes)} is free`);
}

async function askServer(nfs_server: NonNullable<StorageCheck['nfs_server']>, timeout_ms: number): Promise<void> {
  try {
    await within({ whole_ms: timeout_ms }, (limit) => askNfsServer(nfs_server, limit));
  } catch (error) {
    throw new Error(`NFS server ${nfs_server.address}: ${reasonOf(error)}`);
  }
}

/** The kernel writes a space in a path as `\040`. */
function isMounted(mount_point: string, mounts: string): boolean {
  const written = mount_point.replaceAll(' ', '\\040');
  return readFileSync(mounts, 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === written);
}
