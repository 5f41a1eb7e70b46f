import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installedPackages } from '../../configuration/original-server-contents.ts';
import { isAbsent } from '../is-absent.ts';

/** Where dpkg keeps what it knows, without the leading slash. */
const DPKG = 'var/lib/dpkg';
/** Configuration files of packages that leave them to ucf, as dovecot's and sshd's: package and path in each line (ucfr(1)). */
const UCF_REGISTRY = 'var/lib/ucf/registry';

/**
 * Packages of this server, and which of them brought a configuration file.
 *
 * @param root directory of the system
 * @param paths of files, without the leading slash
 */
export async function packagesOf(
  root: string,
  paths: ReadonlySet<string>,
): Promise<{ readonly installed: Readonly<Record<string, string>>; readonly owners: ReadonlyMap<string, string> }> {
  const installed = installedPackages(await readFile(join(root, DPKG, 'status'), 'utf8'));
  const owners = new Map<string, string>();
  for (const file of await readdir(join(root, DPKG, 'info'))) {
    const name = /^([^:]+)(:[^.]+)?\.conffiles$/.exec(file)?.[1];
    if (name === undefined || installed[name] === undefined) continue;
    for (const line of (await readFile(join(root, DPKG, 'info', file), 'utf8')).split('\n')) {
      const path = line.replace(/^remove-on-upgrade /, '').replace(/^\//, '');
      if (paths.has(path)) owners.set(path, name);
    }
  }
  for (const [name, path] of await ucfRegistry(root)) if (paths.has(path) && installed[name] !== undefined) owners.set(path, name);
  return { installed, owners };
}

/**
 * Of packages with such names those that have brought files below a directory.
 *
 * @param root directory of the system
 * @param directory without the leading slash
 */
export async function packagesWithFilesBelow(root: string, names: readonly string[], directory: string): Promise<readonly string[]> {
  const lists = await fileLists(root, names);
  return lists.filter(({ files }) => files.includes(`\n/${directory}/`)).map(({ name }) => name);
}

/**
 * The package with such a name that has brought a file.
 *
 * @param root directory of the system
 * @param end of the file's path
 */
export async function packageWithFile(root: string, names: readonly string[], end: string): Promise<string | undefined> {
  return (await fileLists(root, names)).find(({ files }) => files.includes(`${end}\n`))?.name;
}

/** What dpkg says that packages have brought, a path in each line. */
async function fileLists(root: string, names: readonly string[]): Promise<readonly { readonly name: string; readonly files: string }[]> {
  const lists = await readdir(join(root, DPKG, 'info'));
  return Promise.all(
    names.map(async (name) => {
      const list = lists.find((file) => file === `${name}.list` || (file.startsWith(`${name}:`) && file.endsWith('.list')));
      return { name, files: list === undefined ? '' : await readFile(join(root, DPKG, 'info', list), 'utf8') };
    }),
  );
}

async function ucfRegistry(root: string): Promise<readonly (readonly [name: string, path: string])[]> {
  const text = await readFile(join(root, UCF_REGISTRY), 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const [name, path] = line.trim().split(/\s+/);
    return name === undefined || path === undefined ? [] : [[name, path.replace(/^\//, '')] as const];
  });
}
