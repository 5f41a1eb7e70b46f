import { createHash } from 'node:crypto';

/** Accounts with numbers from here on are people's, those below the system's (Debian Policy 9.2.2). */
const FIRST_USER = 1_000;
const LAST_USER = 59_999;

/** One line of passwd or group. */
export interface Account {
  readonly name: string;
  readonly id: number;
  readonly line: string;
}

/** Who may own files and log in on a machine, from the texts of its files. */
export class Accounts {
  readonly users: ReadonlyMap<string, Account>;
  readonly groups: ReadonlyMap<string, Account>;
  readonly #userNames: ReadonlyMap<number, string>;
  readonly #groupNames: ReadonlyMap<number, string>;
  readonly #shadow: ReadonlyMap<string, string>;

  constructor(texts: { readonly passwd: string; readonly group: string; readonly shadow?: string }) {
    this.users = accountsOf(texts.passwd);
    this.groups = accountsOf(texts.group);
    this.#userNames = namesById(this.users);
    this.#groupNames = namesById(this.groups);
    this.#shadow = new Map(linesOf(texts.shadow ?? '').map((line) => [line.split(':', 1)[0] ?? '', line]));
  }

  /** Name of a user number; the number itself where it has none. */
  userName(id: number): string {
    return this.#userNames.get(id) ?? String(id);
  }

  groupName(id: number): string {
    return this.#groupNames.get(id) ?? String(id);
  }

  /** Users and groups that are people's, by name. */
  people(): { readonly users: readonly string[]; readonly groups: readonly string[] } {
    const names = (accounts: ReadonlyMap<string, Account>): string[] =>
      [...accounts.values()].filter(({ id }) => id >= FIRST_USER && id <= LAST_USER).map(({ name }) => name);
    return { users: names(this.users), groups: names(this.groups) };
  }

  /** The line of shadow; one that lets nobody in where there is none. */
  shadowLine(user: string): string {
    return this.#shadow.get(user) ?? `${user}:!:::::::`;
  }

  home(user: string): string {
    return this.users.get(user)?.line.split(':')[5] ?? '';
  }

  primaryGroup(user: string): string {
    return this.groupName(Number(this.users.get(user)?.line.split(':')[3]));
  }

  members(group: string): readonly string[] {
    return (this.groups.get(group)?.line.split(':')[3] ?? '').split(',').filter((name) => name !== '');
  }

  /**
   * What tells one state of the people's accounts and of all memberships from another, by account, and of the system's accounts, of which a daemon's configuration may name
   * one; no hash of a password can be seen in it.
   */
  fingerprints(): Readonly<Record<string, string>> {
    const { users, groups } = this.people();
    const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
    const lines = (name: string): string => `${this.users.get(name)?.line ?? ''}\n${this.shadowLine(name)}`;
    return Object.fromEntries([
      ...users.map((name) => [`user ${name}`, sum(lines(name))] as const),
      ...groups.map((name) => [`group ${name}`, sum(this.groups.get(name)?.line ?? '')] as const),
      ...[...this.groups.keys()]
        .filter((name) => !groups.includes(name) && this.members(name).length > 0)
        .map((name) => [`members of ${name}`, sum(this.members(name).join())] as const),
      ['accounts of the system', sum(this.#ofSystem())] as const,
    ]);
  }

  #ofSystem(): string {
    const { users, groups } = this.people();
    return [
      ...[...this.users.values()].filter(({ name }) => !users.includes(name)).map(({ line }) => line),
      ...[...this.groups.values()].filter(({ name }) => !groups.includes(name)).map(({ name, id }) => `${name} ${String(id)}`),
    ].join('\n');
  }
}

function accountsOf(text: string): ReadonlyMap<string, Account> {
  return new Map(
    linesOf(text).flatMap((line) => {
      const [name = '', , id = ''] = line.split(':');
      return name === '' || !/^\d+$/.test(id) ? [] : [[name, { name, id: Number(id), line }] as const];
    }),
  );
}

/** The first name of a number counts, as it does for whoever looks the number up. */
function namesById(accounts: ReadonlyMap<string, Account>): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { name, id } of accounts.values()) if (!names.has(id)) names.set(id, name);
  return names;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
