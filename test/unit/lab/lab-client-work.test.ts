import type { ClientMeans } from '../../../cli/src/lab/client/client-means.ts';
import { attemptLimits, labClientWork } from '../../../cli/src/lab/client/lab-client-work.ts';
import { labInventory } from '../inventory/lab-inventory.ts';

const inventory = labInventory();
const means: ClientMeans = { account: { user: 'alice', password: 'secret' }, hostKeys: { login: ['a2V5'] } };

function workOf(name: string, daemon?: string, with_: ClientMeans = means) {
  const server = inventory.servers.find((known) => known.name === name)!;
  return labClientWork(
    inventory,
    server,
    server.services.filter((service) => daemon === undefined || service.daemon === daemon),
    with_,
  );
}

test('mail spans both daemons: delivered by the one, fetched by the other', () => {
  expect(workOf('mail')).toEqual({
    kind: 'mail',
    mailbox: {
      smtp: { address: '198.18.0.111', port: 25 },
      imap: { address: '198.18.0.111', port: 143 },
      recipient: 'alice@[198.18.0.111]',
      account: means.account,
    },
  });
});

test('one daemon of two is examined by its dialogue: nobody could fetch what it takes', () => {
  expect(workOf('mail', 'postfix')).toEqual({ kind: 'dialogue', place: { address: '198.18.0.111', port: 25 }, probe: 'smtp' });
});

test('a login asks for the host key that the server and its virtual server share', () => {
  expect(workOf('login')).toMatchObject({
    kind: 'ssh',
    login: { hostKeys: ['a2V5'] },
    file: { content: 'DBSS shared storage of alice\n' },
  });
});

test('the proxy is asked for the known page of each web server, so that one of them may be away', () => {
  const page = (address: string, server: string) => ({
    place: { address, port: 80 },
    name: 'dbss-check.txt',
    content: `DBSS shared storage of ${server}\n`,
  });
  expect(workOf('proxy')).toEqual({
    kind: 'proxy',
    proxy: { address: '198.18.0.115', port: 3128 },
    pages: [page('198.18.0.113', 'web1'), page('198.18.0.114', 'web2')],
  });
});

test('a ring without users has no client for what takes a login, and says what to do', () => {
  expect(() => workOf('ftp', undefined, { ...means, account: undefined })).toThrow('nobody can log in to ftp: the inventory has no user');
});

test('no attempt waits longer than a second for a connection: an outage is told to a second', () => {
  for (const { name } of inventory.servers) expect(attemptLimits(workOf(name)).connecting_ms).toBe(1_000);
});
