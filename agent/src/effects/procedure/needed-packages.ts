import type { ProcedureSettings } from '../../configuration/procedure-settings.ts';
import { captureRule } from './capture-rules.ts';
import { packagesWithFilesBelow } from './packages.ts';
import { packagesOfPamModules } from './pam-modules.ts';

/** What packages are looked for in. */
export interface PackagesHere {
  /** Directory of the system. */
  readonly root: string;
  /** Names of the packages of this server. */
  readonly installed: readonly string[];
  /** Of captured files, the package that brought each. */
  readonly owners: ReadonlyMap<string, string>;
  /** Captured files by path. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

/**
 * Packages that the original server must have, each with what needs it: those of the daemons, of their parts, of the modules by which people log in, and of the
 * configuration files that lie here, for a module's configuration is of no use without the module.
 */
export async function neededPackages(
  { services }: ProcedureSettings,
  { root, installed, owners, contents }: PackagesHere,
): Promise<ReadonlyMap<string, string>> {
  const daemons = services.map(({ daemon }) => daemon);
  const all = [
    ...daemons.flatMap((daemon) => captureRule(daemon).packages.map((name) => [name, `for ${daemon}`] as const)),
    ...[...owners].map(([path, name]) => [name, `/${path} is of it`] as const),
    ...(await partsOf(daemons, root, installed)),
    ...(await packagesOfPamModules(root, contents, installed)),
  ];
  const needed = new Map<string, string>();
  for (const [name, why] of all) if (!needed.has(name)) needed.set(name, why);
  return needed;
}

/** Packages here with parts that the daemons load, each with whose they are. */
async function partsOf(daemons: readonly string[], root: string, installed: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const daemon of daemons) {
    const { parts } = captureRule(daemon);
    if (parts === undefined) continue;
    const named = installed.filter((name) => parts.names.test(name));
    for (const name of await packagesWithFilesBelow(root, named, parts.directory)) found.set(name, `a part of ${daemon} here`);
  }
  return found;
}
