import type { Inventory, Server } from '../../../cli/src/inventory/inventory.ts';

/** An inventory with two servers and a lab; only what the lab looks at matters. */
export function labInventory(changes: Partial<Inventory> = {}): Inventory {
  return {
    path: '/nowhere/site.yml',
    cluster: 'site',
    serviceNetwork: { cidr: '198.18.0.0/24', prefix_length: 24, broadcast: '198.18.0.255', gateway: '198.18.0.1' },
    semNetwork: { cidr: '198.18.1.0/24', prefix_length: 24, broadcast: '198.18.1.255' },
    servers: [server(1, 'mail', 'smtp'), server(2, 'ftp', 'ftp')],
    users: [{ name: 'alice', uid: 2001 }],
    sharedStorage: {
      virtual: { source: '198.18.0.10:/export', mount_point: '/srv/dbss', fstype: 'nfs4', options: 'rw' },
      real: { source: '/mnt/lab-export', mount_point: '/srv/dbss', fstype: 'none', options: 'bind' },
    },
    standby: { memory_mb: 512 },
    lab: {
      controller: { serviceIp: '198.18.0.2', semIp: '198.18.1.2' },
      client: { name: 'client', realIp: '198.18.0.3' },
      fileServer: {
        name: 'files',
        realIp: '198.18.0.10',
        semAddress: '198.18.1.10',
        mac: '02:db:55:00:00:0a',
        export: '/export',
        disk_mb: undefined,
      },
      selfTest_s: 0,
    },
    ...changes,
  } as Inventory;
}

function server(number: number, name: string, probe: 'smtp' | 'ftp'): Server {
  return {
    number,
    name,
    semAddress: `198.18.1.${10 + number}`,
    realIp: `198.18.0.${10 + number}`,
    virtualIp: `198.18.0.${110 + number}`,
    virtualServerIp: `198.18.0.${210 + number}`,
    mac: `02:db:55:00:00:1${number}`,
    type: 'NETWORK',
    services: [{ daemon: `${name}d`, probe, port: 21 }],
    memory_mb: 2048,
    fencing: undefined,
    capture: { paths: [], excludes: [] },
  };
}
