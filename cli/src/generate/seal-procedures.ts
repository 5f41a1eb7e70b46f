import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDatagramKeys } from '@dbss/agent/configuration/datagram-keys.ts';
import { type SealKeys, sealName, sealProcedure, verifyProcedure } from '@dbss/agent/effects/procedure/sealed-procedure.ts';
import { UserError } from '../errors.ts';
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
 * Seal what lies there with the present keys, those from before being still believed.
 *
 * @param directory absolute path of `generated/procedures/`
 * @returns the sealed files by server
 * @throws UserError naming the servers whose file is not there or cannot be opened
 */
export async function sealProceduresAnew(
  cluster: string,
  directory: string,
  material: SealMaterial,
  servers: readonly string[],
): Promise<Readonly<Record<string, Buffer>>> {
  const archives = await openProcedures(cluster, directory, material, servers);
  const sealed: Record<string, Buffer> = {};
  for (const [server, { archive, found, lying }] of Object.entries(archives)) {
    const content = sealedAnew({ cluster, server, archive, found }, sealKeysOf(material, server));
    if (content !== found) await writeAtomically(lying, content, 0o600);
    sealed[server] = content;
  }
  return sealed;
}

interface Opened {
  readonly archive: Buffer;
  readonly found: Buffer;
  /** Absolute path. */
  readonly lying: string;
}

/** The generated files of these servers, opened. @throws UserError as `sealProceduresAnew` */
export async function openProcedures(
  cluster: string,
  directory: string,
  material: SealMaterial,
  servers: readonly string[],
): Promise<Readonly<Record<string, Opened>>> {
  const archives: Record<string, Opened> = {};
  const missing: string[] = [];
  for (const server of servers) {
    const lying = path.join(directory, `${server}.procedure`);
    const found = existsSync(lying) ? await readFile(lying) : undefined;
    const archive = found === undefined ? undefined : opened(found, { cluster, server }, sealKeysOf(material, server));
    if (archive === undefined || found === undefined) missing.push(server);
    else archives[server] = { archive, found, lying };
  }
  if (missing.length > 0) {
    throw new UserError(
      `${directory}: the generated installation procedure of ${missing.join(', ')} is not there, or not sealed with these keys`,
      {
        hint: 'run `dbssctl deploy`, which makes it anew and brings it to the servers',
      },
    );
  }
  return archives;
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
export function sealKeysOf({ servers, caCertificate, procedureKeys }: SealMaterial, server: string): SealKeys {
  const { certificate = '', key = '' } = servers[server] ?? {};
  return {
    identity: { ca: Buffer.from(caCertificate), cert: Buffer.from(certificate), key: Buffer.from(key) },
    secrets: parseDatagramKeys(procedureKeys),
  };
}
