import { readFile } from 'node:fs/promises';
import type { StatePaths } from '../../inventory/state-paths.ts';
import { createAuthority, createServerCertificate, type KeyPair, readAuthority } from '../certificates.ts';
import { createClusterKey } from '../cluster-keys.ts';

/** One generation of an inventory's keys that servers know each other by. */
export interface KeySet {
  readonly authority: KeyPair;
  /** The line of the datagrams' key. */
  readonly datagramKey: string;
  /** The line of the installation procedure files' key. */
  readonly procedureKey: string;
  /** By machine, the witness included. */
  readonly machines: Readonly<Record<string, KeyPair>>;
}

/** The keys that lie beside the inventory; no rotation may be under way. */
export async function readKeySet(paths: StatePaths, machines: readonly string[]): Promise<KeySet> {
  const pairs = machines.map(
    async (name) =>
      [
        name,
        { certificate: await readFile(paths.serverCertificate(name), 'utf8'), key: await readFile(paths.serverKey(name), 'utf8') },
      ] as const,
  );
  return {
    authority: { certificate: await readFile(paths.caCertificate, 'utf8'), key: await readFile(paths.caKey, 'utf8') },
    datagramKey: await readFile(paths.datagramKeys, 'utf8'),
    procedureKey: await readFile(paths.procedureKeys, 'utf8'),
    machines: Object.fromEntries(await Promise.all(pairs)),
  };
}

export async function createKeySet(cluster: string, machines: readonly string[], now: Date): Promise<KeySet> {
  const authority = await createAuthority(cluster, now);
  return completeKeySet({ authority, datagramKey: createClusterKey(), procedureKey: createClusterKey(), machines: {} }, machines, now);
}

/** The set with a certificate for each of these machines: one may have come into the inventory since it was made. */
export async function completeKeySet(set: KeySet, machines: readonly string[], now: Date): Promise<KeySet> {
  const missing = machines.filter((name) => set.machines[name] === undefined);
  if (missing.length === 0) return set;
  const authority = await readAuthority(set.authority);
  const made = await Promise.all(missing.map(async (name) => [name, await createServerCertificate(name, authority, now)] as const));
  return { ...set, machines: { ...set.machines, ...Object.fromEntries(made) } };
}
