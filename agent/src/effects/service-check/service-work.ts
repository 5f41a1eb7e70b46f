import type { Service, ServiceWork } from '../../protocol/ring/ring-configuration.ts';
import type { Account } from './work/account.ts';
import type { ClientWork } from './work/client-work.ts';

/**
 * What a client does with a service at an address.
 * @throws Error when the work takes an account and there is none
 */
export function clientWorkOf(
  work: ServiceWork,
  { port }: Pick<Service, 'port'>,
  address: string,
  account: Account | undefined,
): ClientWork {
  const place = { address, port };
  switch (work.kind) {
    case 'mail': {
      const user = required(account);
      const imap = { address, port: work.imap_port };
      return { kind: 'mail', mailbox: { smtp: place, imap, recipient: `${user.user}@[${address}]`, account: user }, tries_room: true };
    }
    case 'mailbox':
      return { kind: 'mailbox', imap: place, account: required(account) };
    case 'ssh':
      return { kind: 'ssh', login: { place, account: required(account), hostKeys: work.host_keys }, file: work.file };
    case 'ftp':
      return { kind: 'ftp', login: { place, account: required(account) }, file: work.file };
    case 'http':
      return { kind: 'http', page: { place, ...work.file } };
    case 'proxy':
      return {
        kind: 'proxy',
        proxy: place,
        pages: work.pages.map(({ address: at, port: on, ...file }) => ({ place: { address: at, port: on }, ...file })),
      };
  }
}

function required(account: Account | undefined): Account {
  if (account === undefined) throw new Error('the work of a client takes an account, and this agent has none');
  return account;
}
