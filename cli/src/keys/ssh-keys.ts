import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { agentMachines } from '../inventory/agent-machines.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';
import { runTool } from './run-tool.ts';
import type { StatePaths } from '../inventory/state-paths.ts';

/** A machine with an ssh server of which dbssctl makes the host key. */
export interface SshMachine {
  readonly name: string;
  readonly semAddress: string;
  readonly realIp: string;
}

/** All machines that are reached by ssh: the servers, the witness, and the lab's file server, which may be the witness. */
export function sshMachines(inventory: Inventory): readonly SshMachine[] {
  const fileServer = inventory.lab?.fileServer;
  const others = agentMachines(inventory).some(({ name }) => name === fileServer?.name) || fileServer === undefined ? [] : [fileServer];
  return [...agentMachines(inventory), ...others].map(({ name, semAddress, realIp }) => ({ name, semAddress, realIp }));
}

/**
 * Make an ed25519 key pair if the private key is not there, and the public key from it if only that is missing.
 * @returns whether something was made
 */
export async function ensureSshKeyPair(privateKey: string, comment: string): Promise<boolean> {
  const publicKey = `${privateKey}.pub`;
  if (existsSync(privateKey) && existsSync(publicKey)) return false;
  await mkdir(path.dirname(privateKey), { recursive: true, mode: 0o700 });
  if (existsSync(privateKey)) {
    const text = await runTool('ssh-keygen', ['-y', '-f', privateKey], { package: 'openssh-client' });
    await writeAtomically(publicKey, text, 0o644);
    return true;
  }
  // ssh-keygen asks before it overwrites, and an interrupted run leaves half a pair: the private key takes its name last.
  const unfinished = `${privateKey}.unfinished`;
  await rm(unfinished, { force: true });
  await rm(`${unfinished}.pub`, { force: true });
  await runTool('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', unfinished], { package: 'openssh-client' });
  await chmod(unfinished, 0o600);
  await rename(`${unfinished}.pub`, publicKey);
  await rename(unfinished, privateKey);
  return true;
}

/**
 * known_hosts of a lab, written from the machines' host keys. Of real hosts the administrator says which keys are theirs: the file is
 * made empty if it is not there, and left alone after that.
 * @returns whether it changed
 */
export async function ensureKnownHosts(inventory: Inventory, paths: StatePaths): Promise<boolean> {
  const known = existsSync(paths.knownHosts) ? await readFile(paths.knownHosts, 'utf8') : undefined;
  if (inventory.lab === undefined) {
    if (known !== undefined) return false;
    await writeAtomically(paths.knownHosts, '', 0o644);
    return true;
  }
  const lines: string[] = [];
  for (const { name, semAddress, realIp } of sshMachines(inventory)) {
    const [type = '', key = ''] = (await readFile(paths.hostPublicKey(name), 'utf8')).trim().split(' ');
    lines.push(`${name},${semAddress},${realIp} ${type} ${key}\n`);
  }
  if (known === lines.join('')) return false;
  await writeAtomically(paths.knownHosts, lines.join(''), 0o644);
  return true;
}
