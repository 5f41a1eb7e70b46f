import type { Account, Accounts } from './accounts.ts';
import { isBinary } from './named-files.ts';

/** The value of a setting that says whose a process or a file is: `mail_uid = vmail`, `user=vmail:vmail`, `User site`, `export APACHE_RUN_USER=site`. */
const OWNER_SETTING = /[\w-]*(?:user(?:name|id)?|group|uid|gid|owner|privs)["']?[ \t]*[ \t=:][ \t]*["']?([a-z_][\w.-]*)/gi;
/** Comments, and lists of whom a daemon lets in or not. */
const OTHER_LINE = /^\s*[#;].*$|^\s*(allow|deny).*$/gim;

/**
 * Accounts of the system that captured settings name and that the original server has not, e.g. `mail_uid = vmail`: a daemon that may not become its user starts and
 * serves nobody.
 */
export function namedAccounts(
  contents: Iterable<Buffer>,
  here: Accounts,
  original: Accounts,
): { readonly users: readonly string[]; readonly groups: readonly string[] } {
  const named = new Set(
    [...contents]
      .filter((content) => !isBinary(content))
      .flatMap((content) => [...content.toString('utf8').replaceAll(OTHER_LINE, '').matchAll(OWNER_SETTING)].map(([, name]) => name)),
  );
  const people = here.people();
  const wanted = (accounts: ReadonlyMap<string, Account>, there: ReadonlyMap<string, Account>, of: readonly string[]): readonly string[] =>
    [...accounts.keys()].filter((name) => named.has(name) && !there.has(name) && !of.includes(name));
  return { users: wanted(here.users, original.users, people.users), groups: wanted(here.groups, original.groups, people.groups) };
}
