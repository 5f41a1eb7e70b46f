import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { StorageCheck } from '../../configuration/agent-configuration.ts';
import { reasonOf } from '../reason-of.ts';
import { within } from '../service-check/time-limit.ts';
import { askNfsServer } from './nfs-null.ts';

/**
 * Looks whether the shared storage answers, as a virtual server would need it: its NFS server, and what is mounted on this server. Whoever touches a mount that
 * hangs hangs with it, so a program of its own does that.
 */
export class SharedStorageCheck {
  readonly #storage: StorageCheck | undefined;
  readonly #mounts: string;
  readonly #look: readonly [string, ...string[]];
  /** A program that looks at the mount has not ended. */
  #looking = false;

  /**
   * @param mounts where the kernel lists what is mounted
   * @param look program that asks a file system for something, with its first arguments
   */
  constructor(
    storage: StorageCheck | undefined,
    mounts = '/proc/self/mounts',
    look: readonly [string, ...string[]] = ['stat', '--file-system', '--format=%T'],
  ) {
    this.#storage = storage;
    this.#mounts = mounts;
    this.#look = look;
  }

  /**
   * @param timeout_ms for all of it
   * @throws Error naming what does not answer
   */
  async check(timeout_ms: number): Promise<void> {
    if (this.#storage === undefined) return;
    const { mount_point, nfs_server } = this.#storage;
    const looks: Promise<void>[] = [];
    if (nfs_server !== undefined) looks.push(askServer(nfs_server, timeout_ms));
    if (isMounted(mount_point, this.#mounts)) looks.push(this.#lookAt(mount_point, timeout_ms));
    if (looks.length === 0) throw new Error(`nothing is mounted on ${mount_point}`);
    await Promise.all(looks);
  }

  async #lookAt(mount_point: string, timeout_ms: number): Promise<void> {
    if (this.#looking) throw new Error(`${mount_point} hangs: the last look at it has not ended`);
    this.#looking = true;
    const [program, ...words] = this.#look;
    const child = spawn(program, [...words, mount_point], { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, 500)));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        // What waits for a dead file server may not even be killed: it is left to itself.
        child.kill('SIGKILL');
        child.unref();
        child.stderr.destroy();
        reject(new Error(`${mount_point} does not answer within ${String(timeout_ms)} ms`));
      }, timeout_ms);
      const ended = (error: Error | undefined): void => {
        clearTimeout(timer);
        this.#looking = false;
        if (error === undefined) resolve();
        else reject(error);
      };
      child.once('error', (cause) => ended(new Error('cannot look at the mount', { cause })));
      child.once('exit', (code) => ended(code === 0 ? undefined : new Error(complaint.trim() || `${mount_point} cannot be looked at`)));
    });
  }
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
