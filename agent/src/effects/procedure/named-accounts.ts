import type { Account, Accounts } from './accounts.ts';
import { isBinary } from './named-files.ts';

/**
 * Accounts of the system that captured texts name outside of comments and that the original server has not, e.g. `mail_uid = vmail`: a daemon that may not become
 * its user starts and serves nobody.
 */
export function namedAccounts(
  contents: Iterable<Buffer>,
  here: Accounts,
  original: Accounts,
): { readonly users: readonly string[]; readonly groups: readonly string[] } {
  const texts = [...contents]
    .filter((content) => !isBinary(content))
    .map((content) => content.toString('utf8').replaceAll(/^\s*[#;].*$/gm, ''));
  const people = here.people();
  const named = (accounts: ReadonlyMap<string, Account>, there: ReadonlyMap<string, Account>, of: readonly string[]): readonly string[] =>
    [...accounts.keys()].filter((name) => !there.has(name) && !of.includes(name) && texts.some((text) => stands(name, text)));
  return { users: named(here.users, original.users, people.users), groups: named(here.groups, original.groups, people.groups) };
}

/** Whether the name stands there as a word: `vmail` is neither in `/srv/vmail` nor in `vmail.example`. */
function stands(name: string, text: string): boolean {
  return new RegExp(`(?<![\\w./@-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w./@-])`).test(text);
}
