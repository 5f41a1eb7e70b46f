import type { Service, ServiceWork } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { BrokenError } from '../errors.ts';
import type { ExaminedService, Inventory, Server } from '../inventory/inventory.ts';
import { CHECK_FILE, checkFileContent } from './check-files.ts';

/** A service as agents are told of it. @param hostKeys ssh host keys of the server in base64 */
export function serviceFor(inventory: Inventory, server: Server, examined: ExaminedService, hostKeys: readonly string[]): Service {
  const { check, ...service } = examined;
  return check === 'work' ? { ...service, work: workOf(inventory, server, service, hostKeys) } : service;
}

function workOf(inventory: Inventory, server: Server, { daemon, probe }: Service, hostKeys: readonly string[]): ServiceWork {
  const homeFile = { name: CHECK_FILE, content: checkFileContent(inventory.checkUser ?? '') };
  switch (probe) {
    case 'smtp': {
      const imap = server.services.find((other) => other.probe === 'imap');
      if (imap === undefined) throw unchecked(server, daemon);
      return { kind: 'mail', imap_port: imap.port };
    }
    case 'imap':
      return { kind: 'mailbox' };
    case 'ssh':
      return { kind: 'ssh', file: homeFile, host_keys: hostKeys };
    case 'ftp':
      return { kind: 'ftp', file: homeFile };
    case 'http':
      return { kind: 'http', file: { name: CHECK_FILE, content: checkFileContent(server.name) } };
    case 'proxy':
      return { kind: 'proxy', pages: pagesOf(inventory) };
    case 'tcp':
    case 'script':
      throw unchecked(server, daemon);
  }
}

/** The known page of each web server of the ring, at its virtual IP address. */
function pagesOf({ servers }: Inventory): (ServiceWork & { kind: 'proxy' })['pages'] {
  return servers.flatMap(({ name, virtualIp, services }) => {
    const web = services.find(({ probe }) => probe === 'http');
    return web === undefined ? [] : [{ name: CHECK_FILE, content: checkFileContent(name), address: virtualIp, port: web.port }];
  });
}

function unchecked({ name }: Server, daemon: string): BrokenError {
  return new BrokenError(`${name}: the inventory's checks let the work of a client of ${daemon} pass, and none is known`);
}
