import type { ClientWork } from '@dbss/agent/effects/service-check/work/client-work.ts';
import type { FtpLogin } from '@dbss/agent/effects/service-check/work/ftp-work.ts';
import type { KnownContent } from '@dbss/agent/effects/service-check/work/known-content.ts';
import type { Mailbox } from '@dbss/agent/effects/service-check/work/mail-work.ts';
import type { ShellLogin } from '@dbss/agent/effects/service-check/work/ssh-work.ts';
import type { Page } from '@dbss/agent/effects/service-check/work/web-work.ts';
import type { Limits } from '@dbss/agent/effects/service-check/time-limit.ts';
import type { ProbeName, Service } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { Inventory, Server } from '../../inventory/inventory.ts';
import { CHECK_FILE, checkFileContent } from '../../generate/check-files.ts';
import { type ClientMeans, requireAccount } from './client-means.ts';

/**
 * What the lab's client does with a server: by the first user of the inventory and the known files on the shared storage, at the virtual IP address.
 *
 * @param services those of the server's daemons that it uses, the first of which says what it does; mail takes two of them
 * @throws UserError when it takes a user and the inventory has none
 */
export function labClientWork(
  inventory: Pick<Inventory, 'servers'>,
  server: Server,
  services: readonly Service[],
  means: ClientMeans,
): ClientWork {
  const [first] = services;
  if (first === undefined) throw new Error(`${server.name} has no service`);
  switch (first.probe) {
    case 'smtp':
    case 'imap': {
      const both = portOf(services, 'smtp') !== undefined && portOf(services, 'imap') !== undefined;
      return both ? { kind: 'mail', mailbox: mailboxOf(server, means) } : dialogue(server, first);
    }
    case 'ssh':
      return { kind: 'ssh', login: shellLoginOf(server, means), file: homeFile(server, means) };
    case 'ftp':
      return { kind: 'ftp', login: ftpLoginOf(server, means), file: homeFile(server, means) };
    case 'http':
      return { kind: 'http', page: pageOf(server) };
    case 'proxy': {
      const pages = inventory.servers.filter((other) => portOf(other.services, 'http') !== undefined).map(pageOf);
      return pages.length > 0 ? { kind: 'proxy', proxy: placeOf(server, 'proxy'), pages } : dialogue(server, first);
    }
    case 'tcp':
    case 'script':
      return dialogue(server, first);
  }
}

/** A user's second: the paper's client tries once a second (§5.2). Reading mail and logging in take longer on a virtual server that has just begun. */
export function attemptLimits({ kind }: ClientWork): Limits & { readonly connecting_ms: number } {
  return { whole_ms: kind === 'mail' || kind === 'ssh' ? 3_000 : 1_000, connecting_ms: 1_000 };
}

/** The mailbox of the inventory's first user. */
export function mailboxOf(server: Server, means: ClientMeans): Mailbox {
  const account = requireAccount(means, server.name);
  return {
    smtp: placeOf(server, 'smtp'),
    imap: placeOf(server, 'imap'),
    recipient: `${account.user}@[${server.virtualIp}]`,
    account,
  };
}

export function ftpLoginOf(server: Server, means: ClientMeans): FtpLogin {
  return { place: placeOf(server, 'ftp'), account: requireAccount(means, server.name) };
}

export function shellLoginOf(server: Server, means: ClientMeans): ShellLogin {
  return { place: placeOf(server, 'ssh'), account: requireAccount(means, server.name), hostKeys: means.hostKeys[server.name] ?? [] };
}

/** The known page of a web server. */
export function pageOf(server: Server): Page {
  return { place: placeOf(server, 'http'), name: CHECK_FILE, content: checkFileContent(server.name) };
}

function homeFile(server: Server, means: ClientMeans): KnownContent {
  return { name: CHECK_FILE, content: checkFileContent(requireAccount(means, server.name).user) };
}

function dialogue(server: Server, { probe, port }: Service): ClientWork {
  // A script of the administrator is his servers' to call: a client connects.
  return { kind: 'dialogue', place: { address: server.virtualIp, port }, probe: probe === 'script' ? 'tcp' : probe };
}

function placeOf(server: Server, probe: ProbeName): { readonly address: string; readonly port: number } {
  const port = portOf(server.services, probe);
  if (port === undefined) throw new Error(`${server.name} has no service with the probe ${probe}`);
  return { address: server.virtualIp, port };
}

function portOf(services: readonly Service[], probe: ProbeName): number | undefined {
  return services.find((service) => service.probe === probe)?.port;
}
