import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Inventory } from '../inventory/inventory.ts';
import { installationRoot } from '../installation.ts';
import type { LabDescription, LabMachineSpec } from './lab-machines.ts';

/** What of the cluster's keys is put into a machine. */
export interface MachineKeys {
  /** Public ssh key that may log in as root, one line. */
  readonly authorizedKey: string;
  /** The machine's own ssh host key. */
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
}

/** A file, or with `linkTo` a symbolic link, that makes a disk this machine's; its path from the machine's root. */
export interface IdentityFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
  readonly linkTo?: string;
  /** It names other machines: when these change it is written anew, and the disk stays. */
  readonly ofOthers?: true;
}

/**
 * What an installer would have written on the machine's disk: names, addresses, ssh keys, and on the file server the NFS service.
 * The deployment adds to it: its own files in /etc/systemd/network go before these (`70-…`).
 */
export function identityFiles(
  inventory: Inventory,
  description: LabDescription,
  machine: LabMachineSpec,
  keys: MachineKeys,
): readonly IdentityFile[] {
  const file = (where: string, content: string, mode = 0o644): IdentityFile => ({ path: where, mode, content });
  const { serviceNetwork, semNetwork } = inventory;
  return [
    file('etc/hostname', `${machine.name}\n`),
    { ...file('etc/hosts', hosts(description)), ofOthers: true },
    file('etc/machine-id', `${machineId(description, machine)}\n`, 0o444),
    file('etc/ssh/ssh_host_ed25519_key', keys.hostKey.privateKey, 0o600),
    file('etc/ssh/ssh_host_ed25519_key.pub', keys.hostKey.publicKey),
    file('root/.ssh/authorized_keys', `${keys.authorizedKey.trim()}\n`, 0o600),
    file(
      'etc/systemd/network/70-eth0.network',
      network('eth0', `${machine.realIp}/${serviceNetwork.prefix_length}`, [`Gateway=${serviceNetwork.gateway}`]),
    ),
    file('etc/systemd/network/70-eth1.network', network('eth1', `${machine.semAddress}/${semNetwork.prefix_length}`, [])),
    ...(machine.kind === 'file-server' ? nfsService(description, machine) : []),
  ];
}

function nfsService(description: LabDescription, machine: LabMachineSpec): readonly IdentityFile[] {
  const template = (name: string): string => readFileSync(path.join(installationRoot(), 'templates', 'lab', name), 'utf8');
  const configuration = template('ganesha.conf')
    .replaceAll('@REAL_IP@', machine.realIp)
    .replaceAll('@EXPORT@', description.lab.fileServer.export);
  const link = (where: string, linkTo: string): IdentityFile => ({ path: where, mode: 0o777, content: '', linkTo });
  return [
    { path: 'etc/ganesha/ganesha.conf', mode: 0o644, content: configuration },
    { path: 'etc/systemd/system/nfs-ganesha.service.d/dbss-lab.conf', mode: 0o644, content: template('ganesha-service.conf') },
    link('etc/systemd/system/multi-user.target.wants/nfs-ganesha.service', '/lib/systemd/system/nfs-ganesha.service'),
    // NFSv4 needs neither, and the kernel may have none of what they serve.
    link('etc/systemd/system/rpcbind.service', '/dev/null'),
    link('etc/systemd/system/rpcbind.socket', '/dev/null'),
    link('etc/systemd/system/nfs-ganesha-lock.service', '/dev/null'),
  ];
}

function hosts({ machines, lab, names }: LabDescription): string {
  const lines = [
    `# Machines of the lab ${names.id}, by their real addresses on the service network.`,
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    `${lab.client.realIp} ${lab.client.name}`,
    ...machines.map((machine) => `${machine.realIp} ${machine.name}`),
  ];
  return `${lines.join('\n')}\n`;
}

function network(name: string, address: string, more: readonly string[]): string {
  const lines = ['[Match]', `Name=${name}`, '', '[Network]', `Address=${address}`, ...more, 'LinkLocalAddressing=no', 'IPv6AcceptRA=no'];
  return `${lines.join('\n')}\n`;
}

function machineId({ names }: LabDescription, machine: LabMachineSpec): string {
  return createHash('sha256').update(`${names.id} ${machine.name} machine-id`).digest('hex').slice(0, 32);
}
