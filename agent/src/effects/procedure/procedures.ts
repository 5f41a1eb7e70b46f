import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CaptureConfiguration } from '../../configuration/agent-configuration.ts';
import type { OriginalServerContents } from '../../configuration/original-server-contents.ts';
import type { ProcedureSettings } from '../../configuration/procedure-settings.ts';
import type { ProcedureStamp } from '../../protocol/procedure/procedure-stamp.ts';
import type { CaptureContents, ProcedureProduct, Survey } from '../../protocol/procedure/procedure-work.ts';
import { captureArchive } from './capture-archive.ts';
import { captureRule } from './capture-rules.ts';
import { MountPoints } from './mount-point.ts';
import { otherMounts } from './other-mounts.ts';
import { ProcedureStore, type ProcedureVersion } from './procedure-store.ts';
import { type SealKeys, sealName, sealProcedure } from './sealed-procedure.ts';
import { type Look, ServerConfiguration } from './server-configuration.ts';
import { daemonReadings, unreadFiles } from './unread-files.ts';

/** More are no help to who reads them. */
const DIFFERENCES_TOLD = 12;

export interface ProceduresOptions {
  readonly cluster: string;
  readonly self: string;
  readonly servers: readonly string[];
  readonly settings: ProcedureSettings;
  readonly capture: CaptureConfiguration;
  readonly realAddresses: readonly string[];
  /** Directory that captured paths are below; `/` on a server. */
  readonly root: string;
  /** Directory with `contents.json`. */
  readonly originalServer: string;
  readonly captures: string;
  readonly generated: string;
  /** @throws Error when this machine has no key of procedures */
  readonly keys: () => SealKeys;
  readonly warn: (problem: string) => void;
  /** The monotonic clock. */
  readonly mono_ms: () => number;
}

/** What the last capture of this server was made of, beside its sealed file: so that a look can tell what has changed. */
interface Manifest {
  readonly digest: string;
  readonly items: Readonly<Record<string, string>>;
  /** Remarks on it, in words; an earlier agent kept none. */
  readonly notices?: readonly string[];
}

/** Installation procedure files (§3.1) as this server works with them: it looks at its own configuration, captures it, and keeps those of all servers. */
export class Procedures {
  readonly #options: ProceduresOptions;
  readonly #configuration: ServerConfiguration;
  readonly #store: ProcedureStore;
  readonly #readings: typeof daemonReadings;
  /** As it was read or written last: nobody else writes it. */
  #read: { readonly manifest: Manifest | undefined } | undefined;

  /** @param readings what systemd says of the daemons */
  constructor(options: ProceduresOptions, readings = daemonReadings) {
    const { root, originalServer, settings, capture } = options;
    this.#options = options;
    this.#readings = readings;
    this.#configuration = new ServerConfiguration({ root, originalContents: join(originalServer, 'contents.json'), settings, capture });
    this.#store = new ProcedureStore(options);
  }

  list(): Promise<readonly ProcedureStamp[]> {
    return this.#store.list();
  }

  read(server: string): Promise<string> {
    return this.#store.read(server);
  }

  keep(server: string, content: string): Promise<ProcedureStamp> {
    return this.#store.keep(server, Buffer.from(content, 'base64'));
  }

  /** A version has not worked in the standby here: whatever else there is goes before it for an hour. */
  avoid(version: ProcedureVersion): void {
    this.#store.avoid(version);
  }

  versionsOf(target: string): Promise<{ readonly versions: readonly ProcedureVersion[]; readonly notes: readonly string[] }> {
    return this.#store.versionsOf(target);
  }

  /**
   * Compare this server's configuration with the last capture.
   *
   * @param last digest of the last capture; undefined: there is none
   * @returns what was found, or the reason when something cannot be read
   * @throws Error when there are no keys
   */
  async survey(last: string | undefined): Promise<ProcedureProduct> {
    const seal = sealName(this.#options.keys());
    try {
      return { kind: 'surveyed', survey: await this.#survey(last, seal) };
    } catch (error) {
      return { kind: 'unreadable', seal, reason: (error as Error).message };
    }
  }

  async #survey(last: string | undefined, seal: string): Promise<Survey> {
    const look = await this.#configuration.look();
    const manifest = last === undefined ? undefined : await this.#manifest();
    const notices = manifest?.digest === last ? { notices: manifest?.notices ?? [] } : {};
    if (look.digest === last) return { digest: look.digest, seal, differences: [], unread: [], ...notices };
    const captured = manifest?.digest === last ? manifest?.items : undefined;
    const before = captured ?? {};
    const names = [...new Set([...Object.keys(before), ...Object.keys(look.items)])].filter((name) => before[name] !== look.items[name]);
    const told = names.slice(0, DIFFERENCES_TOLD).map((name) => (name.startsWith('etc/') ? `/${name}` : name));
    if (names.length > told.length) told.push(`${String(names.length - told.length)} more`);
    return { digest: look.digest, seal, differences: told, unread: await this.#unread(names, look, captured !== undefined), ...notices };
  }

  /**
   * Capture this server's configuration as version `epoch` and keep it here, sealed.
   *
   * @param expected digest of what is to be captured; undefined: whatever is there
   * @throws Error when it is not that any more, when something cannot be read, or when the original server lacks something
   */
  async capture(
    epoch: number,
    expected: string | undefined,
  ): Promise<{ readonly stamp: ProcedureStamp; readonly contents: CaptureContents }> {
    const { cluster, self, settings, capture, realAddresses, root, keys } = this.#options;
    const look = await this.#configuration.look();
    if (expected !== undefined && look.digest !== expected) throw new Error('the configuration has just been changed again');
    const { archive, contents } = await captureArchive(this.#configuration, look, {
      root,
      settings,
      original: await this.#original(),
      mountPoints: new MountPoints(capture.real_mount_point, settings.storage?.mount_point),
      realAddresses,
      remarks: otherMounts(await readFile(join(root, 'proc/self/mounts'), 'utf8'), capture.real_mount_point),
      version: String(epoch),
    });
    const captured_unix_s = Math.floor(Date.now() / 1000);
    const sealed = sealProcedure(archive, { cluster, server: self, epoch, digest: look.digest, captured_unix_s }, keys());
    const stamp = await this.#store.keep(self, sealed);
    await this.#writeManifest({ digest: look.digest, items: look.items, notices: contents.notices });
    return { stamp, contents };
  }

  /**
   * Seal what this server captured last with the keys in force, as version `epoch`, and keep it here. What was captured stays what it was, so that a
   * configuration which does not work, and is not captured, costs nobody the one that did.
   *
   * @param digest of what was captured last
   * @throws Error when that is not here any more, or its keys are not believed any more
   */
  async sealAnew(epoch: number, digest: string): Promise<ProcedureStamp> {
    const { cluster, self, keys } = this.#options;
    const newest = await this.#store.newest(self);
    if (newest?.stamp.digest !== digest) throw new Error('the last capture is not here any more');
    const { captured_unix_s } = newest.stamp;
    return this.#store.keep(self, sealProcedure(newest.open(), { cluster, server: self, epoch, digest, captured_unix_s }, keys()));
  }

  /**
   * A file whose content differs from what was captured counts as changed when anything of it was: a file that is moved there keeps the time of its content.
   * Without an earlier capture nobody knows which files differ, and a new name elsewhere (a backup by hard links) changes a file, too: the time of the content counts.
   */
  async #unread(names: readonly string[], look: Look, isCompared: boolean): Promise<readonly string[]> {
    const changed: { path: string; changed_ms: number; daemon: string }[] = [];
    for (const path of names) {
      const daemon = this.#configuration.daemonOf(path);
      if (daemon === undefined || captureRule(daemon).live?.some((pattern) => pattern.test(path)) === true) continue;
      const found = look.files.get(path);
      if (found === undefined) changed.push({ path, daemon, changed_ms: await this.#removed_ms(path) });
      else changed.push({ path, daemon, changed_ms: isCompared ? found.changed_ms : found.modified_ms });
    }
    const daemons = [...new Set(changed.map(({ daemon }) => daemon))];
    return daemons.length === 0 ? [] : unreadFiles(changed, await this.#readings(daemons));
  }

  /** Of a file that is gone its directory tells when; of a directory that is gone, the one above it. */
  async #removed_ms(path: string): Promise<number> {
    for (let directory = dirname(path); directory !== '.'; directory = dirname(directory)) {
      const status = await this.#configuration.files.directory(directory).catch(() => undefined);
      if (status !== undefined) return status.ctimeMs;
    }
    return 0;
  }

  async #original(): Promise<OriginalServerContents> {
    const file = join(this.#options.originalServer, 'contents.json');
    const contents = JSON.parse(await readFile(file, 'utf8')) as Omit<OriginalServerContents, 'format'> & { readonly format: number };
    if (contents.format !== 1)
      throw new Error(`${file} has format ${String(contents.format)}; this agent knows format 1: deploy both again`);
    return { ...contents, format: 1 };
  }

  async #manifest(): Promise<Manifest | undefined> {
    this.#read ??= { manifest: await this.#manifestOnDisk() };
    return this.#read.manifest;
  }

  async #manifestOnDisk(): Promise<Manifest | undefined> {
    const text = await readFile(this.#manifestFile(), 'utf8').catch(() => undefined);
    try {
      return text === undefined ? undefined : (JSON.parse(text) as Manifest);
    } catch {
      // Cut off by a power cut: then everything counts as changed.
      return undefined;
    }
  }

  async #writeManifest(manifest: Manifest): Promise<void> {
    const file = this.#manifestFile();
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.unfinished`, JSON.stringify(manifest), { mode: 0o600 });
    await rename(`${file}.unfinished`, file);
    this.#read = { manifest };
  }

  #manifestFile(): string {
    return join(this.#options.captures, 'manifest.json');
  }
}
