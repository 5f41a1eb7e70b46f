import type { Accounts } from './accounts.ts';
import type { MountPoints } from './mount-point.ts';

/** Lines for the virtual server's passwd, shadow, group, and memberships in groups that it has. */
export interface BroughtAccounts {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly passwd: string;
  readonly shadow: string;
  readonly group: string;
  /** `<group> <user>`, one a line. */
  readonly members: string;
}

/**
 * Accounts that the original server gets: those of people, and those that own captured files and are not in it.
 *
 * @param owners names of users and groups that own captured files
 */
export function broughtAccounts(
  here: Accounts,
  original: Accounts,
  owners: { readonly users: ReadonlySet<string>; readonly groups: ReadonlySet<string> },
  mountPoints: MountPoints,
): BroughtAccounts {
  const people = here.people();
  const missing = (names: ReadonlySet<string>, there: ReadonlyMap<string, unknown>, known: ReadonlyMap<string, unknown>): string[] =>
    [...names].filter((name) => known.has(name) && !there.has(name));
  const users = [...new Set([...people.users, ...missing(owners.users, original.users, here.users)])].sort();
  const primary = new Set(users.map((user) => here.primaryGroup(user)));
  const groups = [
    ...new Set([
      ...people.groups,
      ...missing(owners.groups, original.groups, here.groups),
      ...missing(primary, original.groups, here.groups),
    ]),
  ].sort();
  const isThere = (user: string): boolean => users.includes(user) || original.users.has(user);
  const members = [...here.groups.keys()]
    .filter((group) => original.groups.has(group) && !groups.includes(group))
    .flatMap((group) => {
      const before = original.members(group);
      return here
        .members(group)
        .filter((user) => isThere(user) && !before.includes(user))
        .map((user) => `${group} ${user}`);
    });
  return {
    users,
    groups,
    passwd: text(users.map((user) => mountPoints.text(here.users.get(user)?.line ?? ''))),
    shadow: text(users.map((user) => here.shadowLine(user))),
    group: text(groups.map((group) => here.groups.get(group)?.line ?? '')),
    members: text(members),
  };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
