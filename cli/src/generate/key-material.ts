import type { FencingDevice } from '@dbss/agent/configuration/agent-configuration.ts';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { agentMachines } from '../inventory/agent-machines.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { readFencing } from '../keys/fencing-secrets.ts';
import { readSecrets, type Secrets } from '../keys/secrets.ts';

/** What `ensureKeys` made and generated files need. */
export interface KeyMaterial {
  /** `/etc/shadow` hash by user name. */
  readonly passwordHashes: Readonly<Record<string, string>>;
  /** Who does the work of a client in examinations, where the inventory has such a user. */
  readonly checkAccount: { readonly user: string; readonly password: string } | undefined;
  readonly caCertificate: string;
  /** Secrets that authenticate datagrams, as they stand in `datagram.key`. */
  readonly datagramKeys: string;
  /** Secrets that installation procedure files are encrypted with, as they stand in `procedure.key`. */
  readonly procedureKeys: string;
  /** How each server is switched off that can be, by name, with its secrets. */
  readonly fencing: Readonly<Record<string, FencingDevice>>;
  /** SEM's certificate and key by server, the witness included, in PEM. */
  readonly servers: Readonly<Record<string, { readonly certificate: string; readonly key: string }>>;
  /** ssh host keys of servers where they are known: in a lab always, of real hosts where the administrator put them there. */
  readonly hostKeys: Readonly<Record<string, { readonly privateKey: string; readonly publicKey: string }>>;
}

/**
 * Read the keys of an inventory; `ensureKeys` must have run.
 *
 * @throws UserError when a secret is missing that only the administrator knows
 */
export async function readKeyMaterial(inventory: Inventory): Promise<KeyMaterial> {
  const paths = statePaths(inventory.path);
  const { users } = await readSecrets(paths.secrets);
  const servers: Record<string, { certificate: string; key: string }> = {};
  const hostKeys: Record<string, { privateKey: string; publicKey: string }> = {};
  for (const { name } of agentMachines(inventory)) {
    servers[name] = {
      certificate: await readFile(paths.serverCertificate(name), 'utf8'),
      key: await readFile(paths.serverKey(name), 'utf8'),
    };
    if (existsSync(paths.hostKey(name)) && existsSync(paths.hostPublicKey(name))) {
      hostKeys[name] = {
        privateKey: await readFile(paths.hostKey(name), 'utf8'),
        publicKey: await readFile(paths.hostPublicKey(name), 'utf8'),
      };
    }
  }
  return {
    passwordHashes: Object.fromEntries(Object.entries(users).map(([name, { hash }]) => [name, hash])),
    checkAccount: checkAccountOf(inventory, users),
    caCertificate: await readFile(paths.caCertificate, 'utf8'),
    datagramKeys: await readFile(paths.datagramKeys, 'utf8'),
    procedureKeys: await readFile(paths.procedureKeys, 'utf8'),
    fencing: await readFencing(inventory, paths),
    servers,
    hostKeys,
  };
}

function checkAccountOf({ checkUser }: Inventory, users: Secrets['users']): KeyMaterial['checkAccount'] {
  const password = checkUser === undefined ? undefined : users[checkUser]?.password;
  return checkUser === undefined || password === undefined ? undefined : { user: checkUser, password };
}
