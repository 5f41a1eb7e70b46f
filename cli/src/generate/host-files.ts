import type { AgentConfiguration, WitnessConfiguration } from '@dbss/agent/configuration/agent-configuration.ts';
import { BrokenError } from '../errors.ts';
import type { Inventory, Server, Witness } from '../inventory/inventory.ts';
import { wellKnownDaemon } from '../inventory/well-known-daemons.ts';
import { agentConfiguration, witnessConfiguration } from './agent-configuration.ts';
import type { GeneratedFile, RootfsFile } from './generated-file.ts';
import type { KeyMaterial } from './key-material.ts';
import { checkFiles } from './check-files.ts';
import { networkFiles } from './network-files.ts';
import { homeOf, serviceDirectories, serviceFiles } from './service-files.ts';
import type { Templates } from './templates.ts';

/** `vars.json`: what Ansible's roles copy, create and start on one server. Nothing in it is left to compute. */
export interface HostVariables {
  readonly dbss_server: string;
  readonly dbss_daemons: readonly string[];
  readonly dbss_packages: readonly string[];
  readonly dbss_users: readonly { readonly name: string; readonly uid: number; readonly password_hash: string; readonly home: string }[];
  /** Directories on the shared storage that the daemons expect. */
  readonly dbss_directories: readonly { readonly path: string; readonly mode: string }[];
  /** What the work of a client in examinations reads. */
  readonly dbss_check_files: readonly { readonly path: string; readonly content: string }[];
  /** Fields of fstab, or nothing where the ring has no shared storage. */
  readonly dbss_storage_mount: { readonly src?: string; readonly path?: string; readonly fstype?: string; readonly opts?: string };
  readonly dbss_storage_packages: readonly string[];
}

/** `hosts/<server>/`: vars.json, and the tree of files that go to the server as they are. */
export function hostFiles(inventory: Inventory, server: Server, material: KeyMaterial, templates: Templates): readonly GeneratedFile[] {
  const root = `hosts/${server.name}`;
  const rootfs = [
    ...networkFiles(inventory, server),
    ...agentFiles(server.name, agentConfiguration(inventory, server, material), material),
    { path: 'etc/dbss/procedure.key', content: material.procedureKeys, mode: 0o600 },
    ...serviceFiles(inventory, server, templates, 'real'),
  ];
  return [
    { path: `${root}/vars.json`, content: json(hostVariables(inventory, server, material)), mode: 0o600 },
    ...rootfs.map((file) => ({ ...file, path: `${root}/rootfs/${file.path}` })),
  ];
}

/** `vars.json` of the witness: it gets the agent and nothing else. */
type WitnessVariables = Pick<HostVariables, 'dbss_server' | 'dbss_daemons' | 'dbss_packages' | 'dbss_storage_packages'>;

/** `hosts/<witness>/`: its agent's files and no others. Its networks, daemons and storage are its administrator's. */
export function witnessFiles(inventory: Inventory, witness: Witness, material: KeyMaterial): readonly GeneratedFile[] {
  const root = `hosts/${witness.name}`;
  const variables: WitnessVariables = { dbss_server: witness.name, dbss_daemons: [], dbss_packages: [], dbss_storage_packages: [] };
  return [
    { path: `${root}/vars.json`, content: json(variables), mode: 0o600 },
    ...agentFiles(witness.name, witnessConfiguration(inventory, witness), material).map((file) => ({
      ...file,
      path: `${root}/rootfs/${file.path}`,
    })),
  ];
}

/** The hash of a user's password. */
export function passwordHash(material: KeyMaterial, user: string): string {
  const hash = material.passwordHashes[user];
  if (hash === undefined)
    throw new BrokenError(`the user ${user} has no password in secrets.json`, { hint: 'run `dbssctl generate` again' });
  return hash;
}

function agentFiles(
  machine: string,
  configuration: AgentConfiguration | WitnessConfiguration,
  material: KeyMaterial,
): readonly RootfsFile[] {
  const keys = material.servers[machine];
  if (keys === undefined) throw new BrokenError(`${machine}: it has no certificate`, { hint: 'run `dbssctl generate` again' });
  return [
    { path: 'etc/dbss/agent.json', content: json(configuration), mode: 0o600 },
    { path: 'etc/dbss/datagram.key', content: material.datagramKeys, mode: 0o600 },
    { path: 'etc/dbss/tls/ca.pem', content: material.caCertificate, mode: 0o600 },
    { path: 'etc/dbss/tls/server.pem', content: keys.certificate, mode: 0o600 },
    { path: 'etc/dbss/tls/server.key', content: keys.key, mode: 0o600 },
  ];
}

function hostVariables(inventory: Inventory, server: Server, material: KeyMaterial): HostVariables {
  const mount = inventory.sharedStorage?.real;
  return {
    dbss_server: server.name,
    dbss_daemons: server.services.map(({ daemon }) => daemon),
    dbss_packages: [
      ...server.services.flatMap(({ daemon }) => wellKnownDaemon(daemon)?.packages ?? []),
      ...fencingPackages(inventory, server),
    ],
    dbss_users: inventory.users.map(({ name, uid }) => ({
      name,
      uid,
      password_hash: passwordHash(material, name),
      home: homeOf(inventory, 'real', name),
    })),
    dbss_directories: serviceDirectories(inventory, server, 'real'),
    dbss_check_files: checkFiles(inventory, server, 'real'),
    dbss_storage_mount:
      mount === undefined ? {} : { src: mount.source, path: mount.mount_point, fstype: mount.fstype, opts: mount.options },
    dbss_storage_packages: mount === undefined ? [] : storagePackages(mount.fstype),
  };
}

/** Debian package of the fence agents, on a server that may have to switch another one off. */
function fencingPackages(inventory: Inventory, server: Server): readonly string[] {
  return inventory.servers.some((other) => other !== server && other.fencing !== undefined) ? ['fence-agents'] : [];
}

/** Debian packages with the mount helper of a file system; none for what the kernel mounts by itself. */
function storagePackages(fstype: string): readonly string[] {
  if (fstype.startsWith('nfs')) return ['nfs-common'];
  if (fstype === 'cifs') return ['cifs-utils'];
  if (fstype === 'glusterfs') return ['glusterfs-client'];
  if (fstype === 'ceph') return ['ceph-common'];
  return [];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
