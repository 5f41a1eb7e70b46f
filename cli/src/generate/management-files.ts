import { formatGroup } from '@dbss/agent/protocol/management-files/group.ts';
import { formatHeartbeatRecord } from '@dbss/agent/protocol/management-files/heartbeat.ts';
import { textOf } from '@dbss/agent/protocol/management-files/lines.ts';
import { formatManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import { operationFromGroup } from '@dbss/agent/protocol/management-files/operation.ts';
import type { Inventory, Server } from '../inventory/inventory.ts';
import type { GeneratedFile } from './generated-file.ts';

/** Name of a server's management data, e.g. `ftp.dat` (§2.4). */
export function dataName(server: Pick<Server, 'name'>): string {
  return `${server.name}.dat`;
}

/**
 * The management files and management data in their initial state (§2.4, Fig. 4), and the flag file: what the file management server sends
 * to every server at the start (§3.2).
 */
export function managementFiles(inventory: Inventory): readonly GeneratedFile[] {
  const { servers } = inventory;
  const group = formatGroup(servers.map((server) => ({ number: server.number, server: server.name, dataName: dataName(server) })));
  const files: Readonly<Record<string, string>> = {
    group,
    operation: operationFromGroup(group, { method: inventory.method, management_server: inventory.managementServer }),
    separation: '',
    heartbeat: textOf(servers.map(({ name }) => formatHeartbeatRecord({ server: name, unix_s: 0 }))),
    problem: '',
    flag: '',
    ...Object.fromEntries(servers.map((server) => [`data/${dataName(server)}`, managementData(server)])),
  };
  return Object.entries(files).map(([name, content]) => ({ path: `management/${name}`, content, mode: 0o644 }));
}

function managementData(server: Server): string {
  return formatManagementData({
    virtualIp: server.virtualIp,
    server: server.name,
    realIp: server.realIp,
    mac: server.mac,
    daemons: server.services.map(({ daemon }) => daemon),
    type: server.type,
  });
}
