import type { OriginalServerContents } from '../../configuration/original-server-contents.ts';
import type { Accounts } from './accounts.ts';

/** What a capture brings, as far as the original server must have or allow it. */
export interface Needed {
  readonly daemons: readonly string[];
  /** Names of unit files that are brought, and programs of the administrator's that such files start and that are not, each with where it is named. */
  readonly units: readonly string[];
  readonly programs: ReadonlyMap<string, string>;
  /** Packages, each with what needs it. */
  readonly packages: ReadonlyMap<string, string>;
  /** Names of users and groups that are brought. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly accounts: Accounts;
}

/** Why the original server cannot become a backup of this server, in words; empty when it can. Told at the capture and not when it is needed. */
export function lacksOf(original: OriginalServerContents, originalAccounts: Accounts, needed: Needed): readonly string[] {
  const units = new Set([...original.units, ...needed.units]);
  return [
    ...needed.daemons
      .filter((daemon) => !units.has(`${daemon}.service`) && !units.has(`${daemon.replace(/@.*/, '@')}.service`))
      .map((daemon) => `the original server has no unit ${daemon}.service`),
    ...[...needed.programs].map(
      ([program, file]) =>
        `/${file} starts ${program}, which the original server has not: add it to dbss_capture.paths, or put it on the shared storage`,
    ),
    ...[...needed.packages]
      .filter(([name]) => original.packages[name] === undefined)
      .map(
        ([name, why]) =>
          `the original server lacks the package ${name} (${why}): add it to vm-images/original-server/recipe.json, then dbssctl bootstrap`,
      ),
    ...conflicts('user', needed.users, needed.accounts.users, originalAccounts.users),
    ...conflicts('group', needed.groups, needed.accounts.groups, originalAccounts.groups),
  ];
}

type Known = Accounts['users'];

function conflicts(what: 'user' | 'group', names: readonly string[], here: Known, there: Known): readonly string[] {
  return names.flatMap((name) => {
    const id = here.get(name)?.id;
    const known = there.get(name);
    const other = [...there.values()].find((account) => account.id === id);
    if (known !== undefined && known.id !== id) {
      return [
        `the ${what} ${name} has the number ${String(id)} here and ${String(known.id)} in the original server: give it the number ${String(known.id)} here, and to its files`,
      ];
    }
    if (known === undefined && other !== undefined) {
      return [
        `the number ${String(id)} of the ${what} ${name} is that of ${other.name} in the original server: give it another one here, and to its files`,
      ];
    }
    return [];
  });
}
