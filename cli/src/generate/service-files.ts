import type { Inventory, Server } from '../inventory/inventory.ts';
import type { RootfsFile } from './generated-file.ts';
import { fillTemplate } from './templates.ts';
import type { Templates } from './templates.ts';

/** Where data lies on a ring without shared storage: on each machine's own disk. */
const LOCAL_STORAGE = '/srv/dbss';

/** For whom the files are: real servers and virtual servers may have the shared storage mounted in different places. */
export type MachineKind = 'real' | 'virtual';

/** Directory in which users' homes and sites lie on a machine. */
function storageRoot(inventory: Inventory, kind: MachineKind): string {
  return inventory.sharedStorage?.[kind].mount_point ?? LOCAL_STORAGE;
}

/** Home of a user: `<shared mount>/home/<user>`. */
export function homeOf(inventory: Inventory, kind: MachineKind, user: string): string {
  return `${storageRoot(inventory, kind)}/home/${user}`;
}

/** Site of a web server: `<shared mount>/www/<server>`. */
export function siteOf(inventory: Inventory, kind: MachineKind, { name }: Pick<Server, 'name'>): string {
  return `${storageRoot(inventory, kind)}/www/${name}`;
}

/** Directories on the shared storage that a server's daemons expect, with their permissions. */
export function serviceDirectories(inventory: Inventory, server: Server, kind: MachineKind): readonly { path: string; mode: string }[] {
  const serves = (daemon: string): boolean => server.services.some((service) => service.daemon === daemon);
  return serves('apache2') ? [{ path: siteOf(inventory, kind, server), mode: '0755' }] : [];
}

/** Configuration files of a server's daemons, from templates/services; a daemon without templates has none. */
export function serviceFiles(inventory: Inventory, server: Server, templates: Templates, kind: MachineKind): readonly RootfsFile[] {
  return server.services.flatMap(({ daemon, port }) => {
    const values = {
      server: server.name,
      cluster: inventory.cluster,
      virtual_ip: server.virtualIp,
      service_network: inventory.serviceNetwork.cidr,
      port: String(port),
      storage: storageRoot(inventory, kind),
      // sshd takes no empty list: this pattern matches nobody.
      users: inventory.users.length === 0 ? '!*' : inventory.users.map(({ name }) => name).join(','),
    };
    return (templates.services[daemon] ?? []).map(({ path, text }) => ({
      path,
      content: fillTemplate(`templates/services/${daemon}/${path}`, text, values),
      mode: 0o644,
    }));
  });
}
