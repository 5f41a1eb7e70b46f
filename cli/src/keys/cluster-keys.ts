import { formatDatagramKeys, parseDatagramKeys } from '@dbss/agent/configuration/datagram-keys.ts';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BrokenError } from '../errors.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';

const KEY_BYTES = 32;

/**
 * The secret that authenticates the ring's datagrams: the one that is there stays, and is checked, so that a damaged file is told here and
 * not by seven agents that refuse each other.
 *
 * @returns whether one was made
 * @throws BrokenError when the file is damaged; the secret is in no message
 */
export async function ensureDatagramKeys(file: string): Promise<boolean> {
  return ensureClusterKey(file, 'datagrams');
}

/** The same for the secret that installation procedure files are encrypted with: every server has it, the witness has not. */
export async function ensureProcedureKeys(file: string): Promise<boolean> {
  return ensureClusterKey(file, 'installation procedures');
}

async function ensureClusterKey(file: string, of: string): Promise<boolean> {
  if (!existsSync(file)) {
    await writeAtomically(file, createClusterKey(), 0o600);
    return true;
  }
  try {
    parseDatagramKeys(await readFile(file, 'utf8'));
    return false;
  } catch (cause) {
    throw new BrokenError(`${file}: the key of the ${of} is damaged: ${(cause as Error).message}`, {
      cause,
      hint: 'restore it, or remove it and deploy to all servers at once: those with another key are not heard',
    });
  }
}

/** A new key, as its line in the file. */
export function createClusterKey(): string {
  return formatDatagramKeys([randomBytes(KEY_BYTES)]);
}
