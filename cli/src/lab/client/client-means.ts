import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Account } from '@dbss/agent/effects/service-check/work/account.ts';
import { UserError } from '../../errors.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { statePaths } from '../../inventory/state-paths.ts';
import { readSecrets } from '../../keys/secrets.ts';

/** What the lab's client has and knows beside the inventory. */
export interface ClientMeans {
  /** The first user of the inventory; undefined where there is none. */
  readonly account: Account | undefined;
  /** ssh host keys by server, in base64: a virtual server shows the same as the server for which it stands. */
  readonly hostKeys: Readonly<Record<string, readonly string[]>>;
}

export async function readClientMeans({ path, users, servers }: Pick<Inventory, 'path' | 'users' | 'servers'>): Promise<ClientMeans> {
  const paths = statePaths(path);
  const user = users[0]?.name;
  const secrets = await readSecrets(paths.secrets);
  const password = user === undefined ? undefined : secrets.users[user]?.password;
  const hostKeys: Record<string, readonly string[]> = {};
  for (const { name } of servers) {
    const file = paths.hostPublicKey(name);
    const key = existsSync(file) ? (await readFile(file, 'utf8')).split(' ')[1] : undefined;
    hostKeys[name] = key === undefined ? [] : [key];
  }
  return { account: user === undefined || password === undefined ? undefined : { user, password }, hostKeys };
}

/** @throws UserError when the inventory has no user who could use this server */
export function requireAccount({ account }: ClientMeans, server: string): Account {
  if (account !== undefined) return account;
  throw new UserError(`lab client: nobody can log in to ${server}: the inventory has no user`, { hint: 'add one to all.vars.dbss_users' });
}
