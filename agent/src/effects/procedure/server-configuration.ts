import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcedureSettings, procedureConf } from '../../configuration/procedure-settings.ts';
import type { CaptureConfiguration } from '../../configuration/agent-configuration.ts';
import { reasonOf } from '../reason-of.ts';
import { Accounts } from './accounts.ts';
import { captureRule, COMMON_PATHS, NEVER, unitPaths } from './capture-rules.ts';
import { ConfigurationFiles, type FoundFile } from './configuration-files.ts';
import { foreignMountPoints } from './other-mounts.ts';

/** The configuration of this server at one moment. */
export interface Look {
  readonly files: ReadonlyMap<string, FoundFile>;
  readonly accounts: Accounts;
  /** Everything that a capture depends on, each with what tells one state of it from another. */
  readonly items: Readonly<Record<string, string>>;
  /** SHA-256 of the items. */
  readonly digest: string;
}

export interface ServerConfigurationOptions {
  /** Directory that all captured paths are below; `/` on a server. */
  readonly root: string;
  /** `contents.json` of the original server that lies on this server. */
  readonly originalContents: string;
  readonly settings: ProcedureSettings;
  readonly capture: CaptureConfiguration;
}

/** What of this server's configuration belongs into its installation procedure (§3.1). */
export class ServerConfiguration {
  readonly #options: ServerConfigurationOptions;
  readonly files: ConfigurationFiles;

  constructor(options: ServerConfigurationOptions) {
    this.#options = options;
    this.files = new ConfigurationFiles(options.root);
  }

  /** @throws Error that names what cannot be read */
  async look(): Promise<Look> {
    const { settings, capture } = this.#options;
    const accounts = new Accounts(await this.#accountTexts());
    for (const path of capture.paths.map(relative)) {
      if (!(await this.files.isThere(path)))
        throw new Error(`/${path} is not there, and dbss_capture.paths of the inventory wants it captured`);
    }
    const looked = { paths: this.paths(), excludes: this.excludes(), foreign: await this.#foreignMountPoints() };
    const files = await this.files.look(looked, accounts);
    const items = Object.fromEntries([
      ...[...files.values()].map(({ path, fingerprint }) => [path, fingerprint] as const),
      ...Object.entries(accounts.fingerprints()),
      ['settings of the ring', sum(procedureConf(settings) + JSON.stringify(capture))] as const,
      ['the original server', sum(await this.#text(this.#options.originalContents))] as const,
    ]);
    return { files, accounts, items, digest: sum(JSON.stringify(items)) };
  }

  /** Files and directories that are captured, without the leading slash. */
  paths(): readonly string[] {
    const { settings, capture } = this.#options;
    const ofDaemons = settings.services.flatMap(({ daemon }) => [...captureRule(daemon).paths, ...unitPaths(daemon)]);
    return [...new Set([...COMMON_PATHS, ...ofDaemons, ...capture.paths.map(relative)])];
  }

  excludes(): readonly string[] {
    const { settings, capture } = this.#options;
    return [...NEVER, ...settings.services.flatMap(({ daemon }) => captureRule(daemon).excludes ?? []), ...capture.excludes.map(relative)];
  }

  /** The daemon whose configuration a file is; undefined for what belongs to no single one. */
  daemonOf(path: string): string | undefined {
    const lies = (below: string): boolean => path === below || path.startsWith(`${below}/`);
    return this.#options.settings.services.map(({ daemon }) => daemon).find((daemon) => captureRule(daemon).paths.some(lies));
  }

  /** Where this server has the shared storage, and all other file systems that may hang. */
  async #foreignMountPoints(): Promise<readonly string[]> {
    const { root, capture } = this.#options;
    const points = foreignMountPoints(await this.#text(join(root, 'proc/self/mounts')));
    return [...points, ...(capture.real_mount_point === undefined ? [] : [capture.real_mount_point])].map(relative);
  }

  async #accountTexts(): Promise<{ passwd: string; group: string; shadow: string }> {
    const at = (name: string): Promise<string> => this.#text(join(this.#options.root, 'etc', name));
    return { passwd: await at('passwd'), group: await at('group'), shadow: await at('shadow') };
  }

  async #text(file: string): Promise<string> {
    return readFile(file, 'utf8').catch((cause: unknown) => {
      const hint = file === this.#options.originalContents ? ': deploy an original server that says what is in it (dbssctl bootstrap)' : '';
      throw new Error(`${file} cannot be read (${reasonOf(cause)})${hint}`, { cause });
    });
  }
}

function relative(path: string): string {
  return path.replace(/^\/+/, '');
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
