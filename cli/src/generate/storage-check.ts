import type { StorageCheck } from '@dbss/agent/configuration/agent-configuration.ts';
import type { SharedStorage } from '../inventory/inventory.ts';

const NFS_PORT = 2049;

/** Where agents look whether the shared storage answers: at its NFS server, where virtual servers mount it by NFS, and at what the real servers have mounted. */
export function storageCheck({ real, virtual }: SharedStorage): StorageCheck {
  const server = virtual.fstype.startsWith('nfs') ? /^(?:\[([^\]]+)\]|([^:/]+)):/.exec(virtual.source) : null;
  const address = server?.[1] ?? server?.[2];
  const port = Number(/(?:^|,)port=(\d+)(?:,|$)/.exec(virtual.options)?.[1] ?? NFS_PORT);
  return { mount_point: real.mount_point, ...(address === undefined ? {} : { nfs_server: { address, port } }) };
}
