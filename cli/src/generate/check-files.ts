import type { Inventory, Server } from '../inventory/inventory.ts';
import { homeOf, type MachineKind, siteOf } from './service-files.ts';

/** Name of the file by which a client sees that it reached the shared storage: in a user's home, and in a web server's site. */
export const CHECK_FILE = 'dbss-check.txt';

/** What stands in the check file of a user or of a web server. */
export function checkFileContent(owner: string): string {
  return `DBSS shared storage of ${owner}\n`;
}

/** The files that a server's services are examined by where that is the work of a client. */
export function checkFiles(inventory: Inventory, server: Server, kind: MachineKind): readonly { path: string; content: string }[] {
  const examined = (...probes: readonly string[]): boolean =>
    server.services.some(({ probe, check }) => check === 'work' && probes.includes(probe));
  const isReadByProxy = inventory.servers.some(({ services }) =>
    services.some(({ probe, check }) => probe === 'proxy' && check === 'work'),
  );
  const isSite = server.services.some(({ probe }) => probe === 'http') && (examined('http') || isReadByProxy);
  const { checkUser } = inventory;
  return [
    ...(checkUser !== undefined && examined('ssh', 'ftp')
      ? [{ path: `${homeOf(inventory, kind, checkUser)}/${CHECK_FILE}`, content: checkFileContent(checkUser) }]
      : []),
    ...(isSite ? [{ path: `${siteOf(inventory, kind, server)}/${CHECK_FILE}`, content: checkFileContent(server.name) }] : []),
  ];
}
