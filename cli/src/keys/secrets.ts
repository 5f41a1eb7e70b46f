import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BrokenError } from '../errors.ts';
import type { User } from '../inventory/inventory.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';
import { runTool } from './run-tool.ts';

/** `keys/secrets.json`. */
export interface Secrets {
  readonly format: 1;
  /** By user name. Users who left the inventory keep theirs, so that they have it when they come back. */
  readonly users: Readonly<Record<string, UserSecret>>;
}

export interface UserSecret {
  readonly password: string;
  /** SHA-512 crypt, as it stands in /etc/shadow. */
  readonly hash: string;
}

/** Read `secrets.json`; without the file there are none. */
export async function readSecrets(file: string): Promise<Secrets> {
  if (!existsSync(file)) return { format: 1, users: {} };
  const text = await readFile(file, 'utf8');
  try {
    const secrets = JSON.parse(text) as Partial<Secrets>;
    if (secrets.format === 1 && typeof secrets.users === 'object') return { format: 1, users: secrets.users };
  } catch (cause) {
    throw new BrokenError(`${file}: is damaged`, { cause, hint: 'restore it, or remove it and give the users new passwords' });
  }
  throw new BrokenError(`${file}: is not of a format that this dbssctl knows`, { hint: 'use the dbssctl that wrote it' });
}

/**
 * Give each user a random password who has none yet.
 * @returns names of the users who got one
 */
export async function ensureSecrets(file: string, users: readonly User[]): Promise<readonly string[]> {
  const secrets = await readSecrets(file);
  const newcomers = users.filter(({ name }) => !Object.hasOwn(secrets.users, name)).map(({ name }) => name);
  if (newcomers.length === 0 && existsSync(file)) return [];
  const added: Record<string, UserSecret> = {};
  for (const name of newcomers) {
    const password = randomBytes(15).toString('base64url');
    const hash = await runTool('openssl', ['passwd', '-6', '-stdin'], { input: `${password}\n`, package: 'openssl' });
    added[name] = { password, hash: hash.trim() };
  }
  await writeAtomically(file, `${JSON.stringify({ format: 1, users: { ...secrets.users, ...added } }, null, 2)}\n`, 0o600);
  return newcomers;
}
