import { createHash } from 'node:crypto';
import { existsSync, globSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import {
  fileFingerprint,
  installedPackages,
  linkFingerprint,
  type OriginalServerContents,
} from '@dbss/agent/configuration/original-server-contents.ts';

const UNIT_DIRECTORIES = ['usr/lib/systemd/system', 'lib/systemd/system', 'etc/systemd/system'];

/**
 * What is in the original server, for the agents that capture installation procedure files.
 *
 * @param root its root filesystem as a directory, before it is booted
 * @param installScript templates/procedure/install.sh
 */
export function originalServerContents(root: string, installScript: string): OriginalServerContents {
  const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  const passwd = text('etc/passwd');
  const group = text('etc/group');
  return {
    format: 1,
    installScript,
    packages: installedPackages(text('var/lib/dpkg/status')),
    units: [...new Set(UNIT_DIRECTORIES.flatMap((directory) => namesIn(path.join(root, directory))))].sort(),
    passwd,
    group,
    files: filesBelowEtc(root, namesByNumber(passwd), namesByNumber(group)),
  };
}

function filesBelowEtc(
  root: string,
  users: ReadonlyMap<number, string>,
  groups: ReadonlyMap<number, string>,
): Readonly<Record<string, string>> {
  const entries = globSync('etc/**', { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile() || entry.isSymbolicLink());
  const names = entries.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))).sort();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(root, name);
      const status = lstatSync(file);
      if (status.isSymbolicLink()) return [name, linkFingerprint(readlinkSync(file))] as const;
      const { mode, uid, gid } = status;
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      const owner = { user: users.get(uid) ?? String(uid), group: groups.get(gid) ?? String(gid) };
      return [name, fileFingerprint({ mode, ...owner, sha256 })] as const;
    }),
  );
}

/** Names of users or groups by number; the first of a number counts. */
function namesByNumber(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , number = ''] = line.split(':');
    if (name !== '' && !names.has(Number(number))) names.set(Number(number), name);
  }
  return names;
}

function namesIn(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
