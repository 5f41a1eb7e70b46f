import { gzipSync } from 'node:zlib';
import { procedureConf } from '@dbss/agent/configuration/procedure-settings.ts';
import { packTar } from '@dbss/agent/configuration/ustar.ts';
import type { Inventory, Server } from '../inventory/inventory.ts';
import type { GeneratedFile, RootfsFile } from './generated-file.ts';
import { passwordHash } from './host-files.ts';
import type { KeyMaterial } from './key-material.ts';
import { homeOf, serviceFiles } from './service-files.ts';
import type { Templates } from './templates.ts';

/**
 * The installation procedure file of a server (§3.1) as the inventory has it: what makes the original server its backup until the server's own agent has
 * captured what is really there. It holds password hashes and the server's ssh host key: before it is written, `sealProcedures` seals it.
 */
export function procedureFile(inventory: Inventory, server: Server, material: KeyMaterial, templates: Templates): GeneratedFile {
  const rootfs = [...serviceFiles(inventory, server, templates, 'virtual'), ...hostKeyFiles(server, material)];
  const archive = packTar([
    { path: 'install.sh', content: templates.installScript, mode: 0o755 },
    { path: 'procedure.conf', content: settingsOf(inventory, server), mode: 0o600 },
    ...accountFiles(inventory, material),
    ...rootfs.map((file) => ({ ...file, path: `rootfs/${file.path}` })),
  ]);
  return { path: `procedures/${server.name}.procedure`, content: compress(archive), mode: 0o600 };
}

function settingsOf(inventory: Inventory, { name, services }: Server): string {
  return procedureConf({ server: name, services, storage: inventory.sharedStorage?.virtual, gateway: inventory.serviceNetwork.gateway });
}

/** Lines to be added to the virtual server's passwd, shadow and group. */
function accountFiles(inventory: Inventory, material: KeyMaterial): readonly GeneratedFile[] {
  const { users } = inventory;
  const lines = (line: (name: string, uid: string) => string): string =>
    users.map(({ name, uid }) => `${line(name, String(uid))}\n`).join('');
  return [
    {
      path: 'passwd',
      content: lines((name, uid) => `${name}:x:${uid}:${uid}::${homeOf(inventory, 'virtual', name)}:/bin/bash`),
      mode: 0o644,
    },
    // No date of the last change: passwords do not age, and the file is the same at every generation.
    { path: 'shadow', content: lines((name) => `${name}:${passwordHash(material, name)}::0:99999:7:::`), mode: 0o600 },
    { path: 'group', content: lines((name, uid) => `${name}:x:${uid}:`), mode: 0o644 },
  ];
}

/** A server that people log in to shows the same host key when a virtual server stands in for it; ssh clients refuse another. */
function hostKeyFiles(server: Server, material: KeyMaterial): readonly RootfsFile[] {
  const keys = material.hostKeys[server.name];
  if (keys === undefined || !server.services.some(({ daemon }) => daemon === 'ssh')) return [];
  return [
    { path: 'etc/ssh/ssh_host_ed25519_key', content: keys.privateKey, mode: 0o600 },
    { path: 'etc/ssh/ssh_host_ed25519_key.pub', content: keys.publicKey, mode: 0o644 },
  ];
}

/** gzip without a name and a time; the byte that names the system is fixed. */
function compress(archive: Buffer): Buffer {
  const compressed = gzipSync(archive, { level: 9 });
  compressed[9] = 255;
  return compressed;
}
