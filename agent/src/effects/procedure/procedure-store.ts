import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../is-absent.ts';
import { isNewerStamp, type ProcedureStamp } from '../../protocol/procedure/procedure-stamp.ts';
import { reasonOf } from '../reason-of.ts';
import { type SealKeys, type VerifiedProcedure, verifyProcedure } from './sealed-procedure.ts';

/** A version of an installation procedure as the standby takes it. */
export interface ProcedureVersion {
  /** For the log: `version 3`, `version 2, the one before`, `the generated version`. */
  readonly name: string;
  readonly archive: Buffer;
  /** What it holds. */
  readonly digest: string;
}

export interface StoreOptions {
  readonly cluster: string;
  readonly servers: readonly string[];
  /** Directory of the sealed files, of each server the newest and the one before. */
  readonly captures: string;
  /** Directory of the files that dbssctl generated from the inventory, sealed as the others are. */
  readonly generated: string;
  readonly keys: () => SealKeys;
  /** Told of a file that cannot be used, once while it is so; it is fetched again from another server. */
  readonly warn: (problem: string) => void;
  /** The monotonic clock. */
  readonly mono_ms: () => number;
}

const MOST_AVOIDED = 64;
/** What has not worked may have been the host's fault, which is over some time. */
const AVOIDED_MS = 3_600_000;

/** A sealed file on this disk that is good. */
interface KeptProcedure extends VerifiedProcedure {
  readonly sealed: Buffer;
}

/** The installation procedure files of all servers on this server's disk. */
export class ProcedureStore {
  readonly #options: StoreOptions;
  /** Contents that have not worked in the standby here since the agent started, the newest last, each with when. */
  readonly #avoided = new Map<string, number>();
  /** What has been told of files that cannot be used, by path. */
  readonly #told = new Map<string, string>();

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Of each server's newest file what it is. One that is damaged, or whose signer is not believed any more, is as good as none. */
  async list(): Promise<readonly ProcedureStamp[]> {
    const stamps: ProcedureStamp[] = [];
    for (const server of this.#options.servers) {
      const newest = (await this.#newest(server))?.found;
      if (newest !== undefined) stamps.push(newest.stamp);
    }
    return stamps;
  }

  /**
   * The newest sealed file of a server, in base64.
   *
   * @throws Error when there is none that can be used
   */
  async read(server: string): Promise<string> {
    const newest = await this.#newest(server);
    if (newest === undefined) throw new Error(`there is no installation procedure of ${server} here that can be used`);
    return newest.found.sealed.toString('base64');
  }

  /** The newest good file of a server. */
  async newest(server: string): Promise<VerifiedProcedure | undefined> {
    return (await this.#newest(server))?.found;
  }

  /**
   * Keep a sealed file, durably. What was the newest version becomes the one before, unless it holds the same.
   *
   * @throws Error when its seal is not good or it is not newer than what is here
   */
  async keep(server: string, sealed: Buffer): Promise<ProcedureStamp> {
    const { cluster, servers, keys, captures } = this.#options;
    if (!servers.includes(server)) throw new Error(`${server} is no server of the ring`);
    const { stamp, open: decrypt } = verifyProcedure(sealed, { cluster, server }, keys());
    decrypt();
    const newest = await this.#newest(server);
    const before = newest?.found.stamp;
    if (!isNewerStamp(stamp, before)) throw new Error(`version ${String(stamp.epoch)} is not newer than version ${String(before?.epoch)}`);
    await mkdir(captures, { recursive: true, mode: 0o700 });
    const unfinished = this.#file(server, 'unfinished');
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(sealed);
      await file.sync();
    } finally {
      await file.close();
    }
    // One that is damaged must not take the place of the one before it, which is good.
    if (newest?.suffix === 'procedure' && newest.found.stamp.digest !== stamp.digest)
      await rename(this.#file(server, 'procedure'), this.#file(server, 'previous'));
    await rename(unfinished, this.#file(server, 'procedure'));
    return stamp;
  }

  /** A version did not work here. A try costs time that a second recovery may not have: it comes after all others for an hour. */
  avoid({ digest }: ProcedureVersion): void {
    this.#avoided.delete(digest);
    this.#avoided.set(digest, this.#options.mono_ms());
    const [oldest] = this.#avoided.keys();
    if (oldest !== undefined && this.#avoided.size > MOST_AVOIDED) this.#avoided.delete(oldest);
  }

  /**
   * The versions of a target's procedure that can be applied, the one that counts first.
   *
   * @returns them, and what is wrong with those that cannot
   * @throws Error when there is none
   */
  async versionsOf(target: string): Promise<{ readonly versions: readonly ProcedureVersion[]; readonly notes: readonly string[] }> {
    const versions: ProcedureVersion[] = [];
    const notes: string[] = [];
    for (const [file, name, addition] of [
      [this.#file(target, 'procedure'), undefined, ''],
      [this.#file(target, 'previous'), undefined, ', the one before'],
      [join(this.#options.generated, `${target}.procedure`), 'the generated version', ', the generated one'],
    ] as const) {
      try {
        const found = await this.#verified(target, file);
        if (found === undefined) continue;
        const { epoch, digest } = found.stamp;
        versions.push({ name: name ?? `version ${String(epoch)}${addition}`, archive: found.open(), digest });
      } catch (error) {
        notes.push(`Installation procedure of ${target}${addition} cannot be used: ${reasonOf(error)}`);
      }
    }
    if (versions.length === 0) throw new Error([`there is no installation procedure of ${target} on this server`, ...notes].join('; '));
    const [first] = versions;
    const now_ms = this.#options.mono_ms();
    const isAvoided = ({ digest }: ProcedureVersion): boolean => now_ms - (this.#avoided.get(digest) ?? -Infinity) < AVOIDED_MS;
    versions.sort((one, other) => Number(isAvoided(one)) - Number(isAvoided(other)));
    if (first !== undefined && versions[0] !== first) {
      notes.push(
        `Installation procedure of ${target}, ${first.name}, has not worked here before: ${versions[0]?.name ?? ''} is applied first`,
      );
    }
    return { versions, notes };
  }

  /** The newest file that can be used. One that cannot is told, and as good as none: it is fetched again. */
  async #newest(server: string): Promise<{ readonly found: KeptProcedure; readonly suffix: 'procedure' | 'previous' } | undefined> {
    for (const suffix of ['procedure', 'previous'] as const) {
      const file = this.#file(server, suffix);
      try {
        const found = await this.#verified(server, file);
        this.#told.delete(file);
        if (found !== undefined) return { found, suffix };
      } catch (error) {
        this.#tell(server, file, reasonOf(error));
      }
    }
    return undefined;
  }

  #tell(server: string, file: string, reason: string): void {
    if (reason === this.#told.get(file)) return;
    this.#told.set(file, reason);
    this.#options.warn(`installation procedure of ${server}: ${file} cannot be used (${reason}); it is fetched from another server`);
  }

  async #verified(server: string, file: string): Promise<KeptProcedure | undefined> {
    const sealed = await readIfThere(file);
    if (sealed === undefined) return undefined;
    return { ...verifyProcedure(sealed, { cluster: this.#options.cluster, server }, this.#options.keys()), sealed };
  }

  #file(server: string, suffix: 'procedure' | 'previous' | 'unfinished'): string {
    return join(this.#options.captures, `${server}.${suffix}`);
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
