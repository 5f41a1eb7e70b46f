import { gzipSync } from 'node:zlib';
import { dirname } from 'node:path';
import type { OriginalServerContents } from '../../configuration/original-server-contents.ts';
import { procedureConf, type ProcedureSettings } from '../../configuration/procedure-settings.ts';
import { type ArchiveEntry, type ArchiveOwner, packTar } from '../../configuration/ustar.ts';
import { LARGEST_PROCEDURE_BYTES } from '../../protocol/procedure/procedure-stamp.ts';
import type { CaptureContents } from '../../protocol/procedure/procedure-work.ts';
import { Accounts } from './accounts.ts';
import { broughtAccounts } from './brought-accounts.ts';
import { captureRule, COMMON_PATHS, COPIED_INTO_ROOT, READ_THROUGH } from './capture-rules.ts';
import type { FoundFile } from './configuration-files.ts';
import { lacksOf } from './lacks.ts';
import type { MountPoints } from './mount-point.ts';
import { namedAccounts } from './named-accounts.ts';
import { neededPackages } from './needed-packages.ts';
import { ownPrograms, ownUnits } from './own-units.ts';
import { packagesOf } from './packages.ts';
import type { Look, ServerConfiguration } from './server-configuration.ts';

/** What the seal adds to the archive is less. */
const SEAL_BYTES = 8_192;
const BIGGEST_NAMED = 5;

export interface ArchiveOptions {
  readonly root: string;
  readonly settings: ProcedureSettings;
  readonly original: OriginalServerContents;
  readonly mountPoints: MountPoints;
  /** An address that this server has and its virtual server has not. */
  readonly realAddresses: readonly string[];
  /** Remarks that do not come of files. */
  readonly remarks: readonly string[];
  readonly version: string;
}

/**
 * The installation procedure of a server as it is at this moment: what the original server does not have already, and what it has and this server does not.
 *
 * @throws Error that names everything which the original server lacks, or the biggest files when it is too large
 */
export async function captureArchive(
  configuration: ServerConfiguration,
  look: Look,
  options: ArchiveOptions,
): Promise<{ readonly archive: Buffer; readonly contents: CaptureContents }> {
  const { root, settings, original, mountPoints } = options;
  const originalAccounts = new Accounts(original);
  const brought = [...look.files.values()].filter(({ path, fingerprint }) => original.files[path] !== fingerprint);
  const removed = removedFiles(configuration, look, original);
  const contents = await contentsOf(configuration, brought);
  const named = namedAccounts(ofDaemons(contents), look.accounts, originalAccounts);
  const accounts = broughtAccounts(look.accounts, originalAccounts, ownersOf(brought, look.accounts, named), mountPoints);
  const { installed, owners } = await packagesOf(root, new Set(look.files.keys()));
  const packages = await neededPackages(settings, { root, installed: Object.keys(installed), owners, contents });
  const lacks = lacksOf(original, originalAccounts, {
    daemons: settings.services.map(({ daemon }) => daemon),
    units: ownUnits(brought, original),
    programs: ownPrograms(contents, look),
    packages,
    users: accounts.users,
    groups: accounts.groups,
    accounts: look.accounts,
  });
  if (lacks.length > 0) throw new Error(lacks.join('; '));

  const notices: string[] = [];
  const ownerOf = ({ uid, gid }: { readonly uid: number; readonly gid: number }): ArchiveOwner => {
    const [user, group] = [look.accounts.userName(uid), look.accounts.groupName(gid)];
    return { user, group, uid: originalAccounts.users.get(user)?.id ?? uid, gid: originalAccounts.groups.get(group)?.id ?? gid };
  };
  const entries: ArchiveEntry[] = [];
  const sizes = new Map<string, number>();
  const directories = new Set<string>(['.', 'etc']);
  for (const file of brought) {
    for (const directory of parentsOf(file.path, directories)) {
      const status = await configuration.files.directory(directory);
      entries.push({ path: `rootfs/${directory}`, mode: status.mode & 0o7777, owner: ownerOf(status) });
    }
    const entry = entryOf(configuration, file, contents.get(file.path), options, notices);
    sizes.set(file.path, entry.content?.length ?? 0);
    entries.push({ ...entry, owner: ownerOf(file) });
  }
  const copies = copiesInRoots(settings, entries);
  const hasUnits = brought.some(({ path }) => path.startsWith('etc/systemd/'));
  const archive = gzipSync(
    packTar([
      { path: 'install.sh', content: original.installScript, mode: 0o755 },
      { path: 'procedure.conf', content: procedureConf({ ...settings, version: options.version, hasUnits }), mode: 0o600 },
      { path: 'passwd', content: accounts.passwd, mode: 0o644 },
      { path: 'shadow', content: accounts.shadow, mode: 0o600 },
      { path: 'group', content: accounts.group, mode: 0o644 },
      { path: 'members', content: accounts.members, mode: 0o644 },
      {
        path: 'files',
        content: [...brought.map(({ path }) => path), ...copies.files, ...removed].map((path) => `${path}\n`).join(''),
        mode: 0o644,
      },
      ...entries,
      ...copies.entries,
    ]),
    { level: 9 },
  );
  if (archive.length > LARGEST_PROCEDURE_BYTES - SEAL_BYTES) throw tooLarge(archive.length, sizes);
  return {
    archive,
    contents: {
      files: brought.length,
      packages: [...packages.keys()].sort(),
      users: accounts.users,
      groups: accounts.groups,
      removed,
      notices: [...notices, ...options.remarks, ...otherVersions(packages, installed, original), ...localHomes(look.accounts, settings)],
    },
  };
}

/**
 * Of files, not of links.
 * @throws Error when one is not any more what the capture's digest was made of
 */
async function contentsOf(configuration: ServerConfiguration, files: readonly FoundFile[]): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const file of files) if (file.linkTo === undefined) contents.set(file.path, await configuration.files.read(file));
  return contents;
}

/** Names of machines stand in the others: a server may be called as an account is. */
function ofDaemons(contents: ReadonlyMap<string, Buffer>): readonly Buffer[] {
  const common: readonly string[] = COMMON_PATHS;
  return [...contents].flatMap(([path, content]) => (common.includes(path) ? [] : [content]));
}

function entryOf(
  configuration: ServerConfiguration,
  { path, mode, linkTo, misses }: FoundFile,
  found: Buffer | undefined,
  { mountPoints, realAddresses }: ArchiveOptions,
  notices: string[],
): ArchiveEntry {
  if (misses !== undefined) notices.push(`/${path} is a link to ${misses} where the virtual server needs it`);
  if (linkTo !== undefined) return { path: `rootfs/${path}`, mode, linkTo: mountPoints.text(linkTo) };
  const content = mountPoints.content(path, found ?? Buffer.alloc(0));
  if (configuration.daemonOf(path) !== undefined) {
    for (const address of realAddresses.filter((one) => names(content, one))) {
      notices.push(`/${path} names ${address}, an address that the virtual server does not have`);
    }
  }
  return { path: `rootfs/${path}`, mode, content };
}

/** Whether the address stands there by itself: 198.18.0.11 is not in 198.18.0.111. */
function names(content: Buffer, address: string): boolean {
  return new RegExp(`(?<![\\d.])${address.replaceAll('.', '\\.')}(?![\\d.]*\\d)`).test(content.toString('latin1'));
}

/** Files that the original server has where this server's daemons look for their configuration, and this server has not. */
function removedFiles(configuration: ServerConfiguration, { files }: Look, original: OriginalServerContents): readonly string[] {
  const excludes = configuration.excludes();
  return Object.keys(original.files).filter(
    (path) =>
      !files.has(path) &&
      !READ_THROUGH.includes(path) &&
      configuration.daemonOf(path) !== undefined &&
      !excludes.some((left) => path === left || path.startsWith(`${left}/`)),
  );
}

function ownersOf(
  files: readonly FoundFile[],
  accounts: Accounts,
  named: ReturnType<typeof namedAccounts>,
): { users: ReadonlySet<string>; groups: ReadonlySet<string> } {
  return {
    users: new Set([...files.map(({ uid }) => accounts.userName(uid)), ...named.users]),
    groups: new Set([...files.map(({ gid }) => accounts.groupName(gid)), ...named.groups]),
  };
}

/** What is brought to `/etc` is brought to the directories, too, that daemons see as their root. */
function copiesInRoots(
  { services }: ProcedureSettings,
  brought: readonly ArchiveEntry[],
): { readonly files: readonly string[]; readonly entries: readonly ArchiveEntry[] } {
  const roots = services.flatMap(({ daemon }) => captureRule(daemon).rootDirectory ?? []);
  const copied = brought.filter(({ path, content }) => content !== undefined && COPIED_INTO_ROOT.includes(path.replace(/^rootfs\//, '')));
  const entries = roots.flatMap((root) => copied.map((entry) => ({ ...entry, path: entry.path.replace(/^rootfs/, `rootfs/${root}`) })));
  const met = new Set<string>(['.', 'rootfs']);
  const directories = entries.flatMap(({ path }) => parentsOf(path, met).map((directory) => ({ path: directory, mode: 0o755 })));
  return { files: entries.map(({ path }) => path.replace(/^rootfs\//, '')), entries: [...directories, ...entries] };
}

/** Directories above a path that have not been met yet, the outer ones first. */
function parentsOf(path: string, met: Set<string>): readonly string[] {
  const parents: string[] = [];
  for (let directory = dirname(path); !met.has(directory); directory = dirname(directory)) {
    met.add(directory);
    parents.unshift(directory);
  }
  return parents;
}

function otherVersions(
  needed: ReadonlyMap<string, string>,
  installed: Readonly<Record<string, string>>,
  original: OriginalServerContents,
): readonly string[] {
  return [...needed.keys()]
    .filter((name) => installed[name] !== undefined && installed[name] !== original.packages[name])
    .map((name) => `the original server has ${name} ${original.packages[name] ?? ''}, this server ${installed[name] ?? ''}`);
}

/** What a user keeps on this server's own disk is not on its virtual server. */
function localHomes(accounts: Accounts, { storage }: ProcedureSettings): readonly string[] {
  if (storage === undefined) return [];
  return accounts
    .people()
    .users.filter((user) => /^\/home\//.test(accounts.home(user)))
    .map((user) => `the home of ${user}, ${accounts.home(user)}, is not on the shared storage`);
}

function tooLarge(bytes: number, sizes: ReadonlyMap<string, number>): Error {
  const biggest = [...sizes].sort(([, one], [, other]) => other - one).slice(0, BIGGEST_NAMED);
  return new Error(
    `the procedure would have ${String(bytes)} bytes, more than ${String(LARGEST_PROCEDURE_BYTES - SEAL_BYTES)}; its biggest files: ` +
      `${biggest.map(([path, size]) => `/${path} (${String(size)})`).join(', ')}: exclude what is no configuration (dbss_capture.excludes)`,
  );
}
