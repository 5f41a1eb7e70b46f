import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileFingerprint, linkFingerprint } from '../../configuration/original-server-contents.ts';
import { reasonOf } from '../reason-of.ts';
import type { Accounts } from './accounts.ts';
import { isLeftOver, READ_THROUGH } from './capture-rules.ts';
import { type Destination, destinationOf, nextHop } from './links.ts';
import { namedFiles } from './named-files.ts';

/** A larger file is no configuration. */
const LARGEST_FILE_BYTES = 4_194_304;
const MOST_FILES = 5_000;
/** What a link names here is an administrator's own; elsewhere it is a package's, which the original server has or lacks as a whole. */
const OWN_PLACE = /^(etc|opt|usr\/local)\//;
/** The installation script reads names as words. */
const PLAIN_NAME = /^[A-Za-z0-9@%+=:,./_-]+$/;

/** What is captured, and where nothing is looked at. */
export interface Looked {
  /** Files, and directories with everything below them. */
  readonly paths: readonly string[];
  /** Left out with everything below them. */
  readonly excludes: readonly string[];
  /** Mount points of other machines' file systems, which may hang: no link is followed to there. */
  readonly foreign: readonly string[];
}

/** A file or a link of this server's configuration. Paths are without the leading slash. */
export interface FoundFile {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** When it was last changed in any way, and when its content was, by the wall clock. */
  readonly changed_ms: number;
  readonly modified_ms: number;
  /** Of a link. */
  readonly linkTo?: string;
  /** Of a link to something of the administrator's that is not captured: what that is, in words. */
  readonly misses?: string;
  readonly fingerprint: string;
  /** SHA-256 of the content; a link has none. */
  readonly sha256?: string;
  readonly bytes: number;
  /** Other files that its text names and that go with it: keys and certificates. */
  readonly names: readonly string[];
}

/** What is known of the content of a file that has not been changed since. */
interface Known {
  readonly state: string;
  readonly sha256: string;
  readonly names: readonly string[];
}

/**
 * Looks at the files of a configuration again and again. The content of a file is read only when it was changed, so that a look at hundreds of them is little
 * work.
 */
export class ConfigurationFiles {
  readonly #root: string;
  #known = new Map<string, Known>();
  #seen = new Map<string, Known>();
  /** Where the content of a file lies that has a link's path. */
  #sources = new Map<string, string>();

  /** @param root directory that all paths are below */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Files and links at these paths and below them, by path; also those that they name. A link to an administrator's file that is not among them is a file with
   * what lies there.
   *
   * @throws Error that names the file which cannot be read, is too large or has a name with a space
   */
  async look({ paths, excludes, foreign }: Looked, accounts: Accounts): Promise<ReadonlyMap<string, FoundFile>> {
    this.#seen = new Map();
    this.#sources = new Map();
    const found = new Map<string, FoundFile>();
    const isLeftOut = (path: string): boolean => isLeftOver(path) || excludes.some((left) => path === left || path.startsWith(`${left}/`));
    for (const path of paths) await this.#collect(path, isLeftOut, accounts, found);
    const wanted = async (path: string): Promise<Destination | undefined> => {
      const destination = await destinationOf(this.#root, path, foreign);
      return destination === undefined || isLeftOut(destination.path) ? undefined : destination;
    };
    // One to what is captured itself leads there on a virtual server, too.
    const links = [...found.values()].filter(({ path, linkTo }) => linkTo !== undefined && !found.has(nextHop(path, linkTo)));
    const elsewhere = new Map<string, Destination>();
    for (const { path } of links) {
      const destination = await wanted(path);
      if (destination !== undefined && OWN_PLACE.test(destination.path)) await this.#readThrough(path, destination, accounts, found);
      else if (destination !== undefined) elsewhere.set(path, destination);
    }
    const named = new Set([...found.values()].flatMap(({ names }) => names));
    for (const path of named) {
      const destination = found.has(path) ? elsewhere.get(path) : isLeftOut(path) ? undefined : await wanted(path);
      if (destination !== undefined) await this.#readThrough(path, destination, accounts, found);
    }
    this.#known = this.#seen;
    return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /**
   * The content of a file as it was found.
   *
   * @throws Error when it cannot be read, or has another content by now; then the next look reads it, whatever its times say
   */
  async read({ path, sha256 }: Pick<FoundFile, 'path' | 'sha256'>): Promise<Buffer> {
    const content = await this.#contentOf(path);
    if (sumOf(content) === sha256) return content;
    this.#known.delete(path);
    throw new Error(`/${path} has just been changed again`);
  }

  /** Of a file, and of the one that was looked at: what lies there by now may be a link to something that nobody may see. */
  async #contentOf(path: string): Promise<Buffer> {
    const source = this.#sources.get(path);
    const follow = READ_THROUGH.includes(path) ? 0 : constants.O_NOFOLLOW;
    try {
      const handle = await open(this.#at(source ?? (await this.#sourceOf(path))), constants.O_RDONLY | constants.O_NONBLOCK | follow);
      try {
        const isOther =
          source !== undefined && (await readlink(`/proc/self/fd/${String(handle.fd)}`)) !== join(await realpath(this.#root), source);
        if (isOther || !(await handle.stat()).isFile()) throw new Error('it has just become another file');
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  /** Whether there is a file, a directory or a link of this name. */
  async isThere(path: string): Promise<boolean> {
    return (await this.#statusOf(path, false)) !== undefined;
  }

  /** Permissions and owner of a directory. */
  async directory(path: string): Promise<Stats> {
    return stat(this.#at(path)).catch((error: unknown) => {
      throw unreadable(path, error);
    });
  }

  async #collect(path: string, isLeftOut: (path: string) => boolean, accounts: Accounts, found: Map<string, FoundFile>): Promise<void> {
    if (isLeftOut(path) || found.has(path)) return;
    const status = await this.#statusOf(path, READ_THROUGH.includes(path));
    if (status === undefined) return;
    if (status.isDirectory()) {
      const names = await readdir(this.#at(path)).catch((error: unknown) => {
        throw unreadable(path, error);
      });
      for (const name of names.sort()) await this.#collect(`${path}/${name}`, isLeftOut, accounts, found);
    } else if (status.isFile() || status.isSymbolicLink()) {
      if (found.size >= MOST_FILES) throw new Error(`more than ${String(MOST_FILES)} files to capture, the last one /${path}`);
      found.set(path, await this.#foundFile(path, status, accounts));
    }
  }

  /** A key or certificate that a text names, or what a captured link leads to: as a file at the path. What is not there is the daemon's own business. */
  async #readThrough(path: string, destination: Destination, accounts: Accounts, found: Map<string, FoundFile>): Promise<void> {
    const link = found.get(path);
    const status = await lstat(this.#at(destination.path)).catch(() => undefined);
    if (link !== undefined && status?.isDirectory() === true) {
      const isCaptured = [...found.keys()].some((one) => one.startsWith(`${destination.path}/`));
      if (!isCaptured)
        found.set(path, { ...link, misses: `/${destination.path}, a directory that is not captured: add it to dbss_capture.paths` });
      return;
    }
    if (status?.isFile() !== true) return;
    if (link !== undefined && status.size > LARGEST_FILE_BYTES) {
      found.set(path, { ...link, misses: `/${destination.path}, which is too large for a procedure: put it on the shared storage` });
      return;
    }
    if (destination.path !== path) this.#sources.set(path, destination.path);
    const file = await this.#foundFile(path, status, accounts);
    // A link that leads to an older file now is a change of today.
    found.set(path, {
      ...file,
      changed_ms: Math.max(file.changed_ms, destination.changed_ms),
      modified_ms: Math.max(file.modified_ms, destination.modified_ms),
    });
  }

  async #foundFile(path: string, status: Stats, accounts: Accounts): Promise<FoundFile> {
    if (!PLAIN_NAME.test(path)) throw new Error(`/${path}: a file with such a name cannot be captured; exclude it (dbss_capture.excludes)`);
    const { uid, gid, ctimeMs: changed_ms, mtimeMs: modified_ms } = status;
    const mode = status.mode & 0o7777;
    if (status.isSymbolicLink()) {
      const linkTo = await readlink(this.#at(path));
      return { path, mode, uid, gid, changed_ms, modified_ms, linkTo, fingerprint: linkFingerprint(linkTo), bytes: 0, names: [] };
    }
    const { sha256, names } = await this.#knowledgeOf(path, status);
    const fingerprint = fileFingerprint({ mode, user: accounts.userName(uid), group: accounts.groupName(gid), sha256 });
    return { path, mode, uid, gid, changed_ms, modified_ms, fingerprint, sha256, bytes: status.size, names };
  }

  async #knowledgeOf(path: string, status: Stats): Promise<Known> {
    const state = [status.ino, status.size, status.mtimeMs, status.ctimeMs].join(' ');
    const before = this.#known.get(path);
    const known = before?.state === state ? before : await this.#readContent(path, state, status.size);
    this.#seen.set(path, known);
    return known;
  }

  async #readContent(path: string, state: string, size_bytes: number): Promise<Known> {
    if (size_bytes > LARGEST_FILE_BYTES) {
      throw new Error(`/${path}: ${String(size_bytes)} bytes are too many for a procedure; exclude it (dbss_capture.excludes)`);
    }
    const content = await this.#contentOf(path);
    return { state, sha256: sumOf(content), names: namedFiles(content) };
  }

  async #statusOf(path: string, through: boolean): Promise<Stats | undefined> {
    try {
      return await (through ? stat : lstat)(this.#at(await this.#sourceOf(path)));
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw unreadable(path, error);
    }
  }

  /** Nobody answers at the address of systemd-resolved on a virtual server: it gets the name servers that are asked in truth. */
  async #sourceOf(path: string): Promise<string> {
    if (path !== 'etc/resolv.conf') return path;
    const target = await readlink(this.#at(path)).catch(() => '');
    return target.endsWith('/stub-resolv.conf') ? 'run/systemd/resolve/resolv.conf' : path;
  }

  #at(path: string): string {
    return join(this.#root, path);
  }
}

function sumOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function unreadable(path: string, cause: unknown): Error {
  return new Error(`/${path} cannot be read (${reasonOf(cause)})`, { cause });
}
