import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDatagramKeys } from '@dbss/agent/configuration/datagram-keys.ts';
import { type SealKeys, sealName, sealProcedure, verifyProcedure } from '@dbss/agent/effects/procedure/sealed-procedure.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';
import type { GeneratedFile } from './generated-file.ts';
import type { KeyMaterial } from './key-material.ts';

/** A generated installation procedure is older than every captured one. */
const EPOCH = 0;

/** What seals are made of. While keys are changed, the certificates of two authorities, and two keys of procedures, the new one first. */
export type SealMaterial = Pick<KeyMaterial, 'servers' | 'caCertificate' | 'procedureKeys'>;

const PROCEDURE = /^procedures\/(.+)\.procedure$/;

/**
 * The same files with their installation procedure files (§3.1) sealed, as servers seal what they capture: each signed as its server's and encrypted with
 * the key of procedures, for every server holds those of all. What is sealed so already is left as it is, for no two seals are the same.
 *
 * @param directory absolute path of `generated/`
 */
export function sealProcedures(
  cluster: string,
  directory: string,
  material: SealMaterial,
  files: readonly GeneratedFile[],
): Promise<GeneratedFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const [, server] = PROCEDURE.exec(file.path) ?? [];
      if (server === undefined) return file;
      const archive = Buffer.from(file.content);
      const lying = path.join(directory, file.path);
      const found = existsSync(lying) ? await readFile(lying) : undefined;
      return { ...file, content: sealedAnew({ cluster, server, archive, found }, sealKeysOf(material, server)) };
    }),
  );
}

/**
 * Seal what lies there with the present keys, those from before being still believed. What cannot be opened is left out: the next generation makes it anew.
 *
 * @param directory absolute path of `generated/procedures/`; without it there is nothing to seal
 * @returns the sealed files by server
 */
export async function sealProceduresAnew(
  cluster: string,
  directory: string,
  material: SealMaterial,
): Promise<Readonly<Record<string, Buffer>>> {
  const sealed: Record<string, Buffer> = {};
  for (const name of existsSync(directory) ? await readdir(directory) : []) {
    const [, server] = PROCEDURE.exec(`procedures/${name}`) ?? [];
    if (server === undefined || material.servers[server] === undefined) continue;
    const found = await readFile(path.join(directory, name));
    const keys = sealKeysOf(material, server);
    const archive = opened(found, { cluster, server }, keys);
    if (archive === undefined) continue;
    const content = sealedAnew({ cluster, server, archive, found }, keys);
    if (content !== found) await writeAtomically(path.join(directory, name), content, 0o600);
    sealed[server] = content;
  }
  return sealed;
}

function opened(found: Buffer, expected: { readonly cluster: string; readonly server: string }, keys: SealKeys): Buffer | undefined {
  try {
    return verifyProcedure(found, expected, keys).open();
  } catch {
    return undefined;
  }
}

interface ToSeal {
  readonly cluster: string;
  readonly server: string;
  readonly archive: Buffer;
  /** What lies in its place. */
  readonly found: Buffer | undefined;
}

function sealedAnew({ cluster, server, archive, found }: ToSeal, keys: SealKeys): Buffer {
  if (found !== undefined && isSealOf(found, { cluster, server, archive }, keys)) return found;
  const digest = createHash('sha256').update(archive).digest('hex');
  return sealProcedure(archive, { cluster, server, epoch: EPOCH, digest, captured_unix_s: 0 }, keys);
}

function isSealOf(found: Buffer, { cluster, server, archive }: Omit<ToSeal, 'found'>, keys: SealKeys): boolean {
  const before = opened(found, { cluster, server }, keys);
  return before?.equals(archive) === true && verifyProcedure(found, { cluster, server }, keys).stamp.seal === sealName(keys);
}

/** The keys that `server` seals with. */
function sealKeysOf({ servers, caCertificate, procedureKeys }: SealMaterial, server: string): SealKeys {
  const { certificate = '', key = '' } = servers[server] ?? {};
  return {
    identity: { ca: Buffer.from(caCertificate), cert: Buffer.from(certificate), key: Buffer.from(key) },
    secrets: parseDatagramKeys(procedureKeys),
  };
}
