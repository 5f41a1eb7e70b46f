import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { agentMachines } from '../inventory/agent-machines.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';
import { ensureAuthority, ensureServerCertificate } from './certificates.ts';
import { ensureDatagramKeys, ensureProcedureKeys } from './cluster-keys.ts';
import { readRotation, writeRotation } from './rotation/rotation-record.ts';
import { ensureSecrets } from './secrets.ts';
import { sshConfig, sshControlDirectory } from './ssh-config.ts';
import { ensureKnownHosts, ensureSshKeyPair, sshMachines } from './ssh-keys.ts';

/**
 * Make what is missing of an inventory's keys: the ssh key pair, the cluster's CA and a certificate for each server and the witness, the
 * keys of datagrams and installation procedures, the users' passwords, the lab machines' host keys with known_hosts, and `ssh_config`. What is there stays; a second call changes nothing.
 *
 * @returns paths of the files that were made or changed, from the state directory
 * @throws BrokenError when a file is damaged, or ssh-keygen or openssl is missing
 */
export async function ensureKeys(inventory: Inventory): Promise<readonly string[]> {
  const paths = statePaths(inventory.path);
  for (const directory of [paths.root, paths.keys, paths.serverCertificates]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
  }
  const made: string[] = [];
  if (await ensureSshKeyPair(paths.sshKey, `dbss-${inventory.cluster}`)) made.push(paths.sshKey);
  // What an interruption left half done belongs to one step again: else a new CA would be made that nobody believes.
  const rotation = await readRotation(paths);
  if (rotation !== undefined) await writeRotation(paths, rotation);
  const now = new Date();
  const authority = await ensureAuthority(inventory.cluster, paths, now);
  if (authority.made) made.push(paths.caCertificate);
  for (const { name } of agentMachines(inventory)) {
    if (await ensureServerCertificate(name, authority, paths, now)) made.push(paths.serverCertificate(name));
  }
  if (await ensureDatagramKeys(paths.datagramKeys)) made.push(paths.datagramKeys);
  if (await ensureProcedureKeys(paths.procedureKeys)) made.push(paths.procedureKeys);
  const newcomers = await ensureSecrets(paths.secrets, inventory.users);
  if (newcomers.length > 0) made.push(paths.secrets);
  if (inventory.lab !== undefined) {
    for (const { name } of sshMachines(inventory)) {
      if (await ensureSshKeyPair(paths.hostKey(name), `root@${name}`)) made.push(paths.hostKey(name));
    }
  }
  if (await ensureKnownHosts(inventory, paths)) made.push(paths.knownHosts);
  const configuration = sshConfig(inventory, paths, sshControlDirectory());
  if (!existsSync(paths.sshConfig) || (await readFile(paths.sshConfig, 'utf8')) !== configuration) {
    await writeAtomically(paths.sshConfig, configuration, 0o600);
    made.push(paths.sshConfig);
  }
  return made.map((file) => path.relative(paths.root, file));
}
