import { utimesSync } from 'node:fs';
import path from 'node:path';
import type { ProcedureSettings } from '@dbss/agent/configuration/procedure-settings.ts';
import type { Procedures } from '../../../../agent/src/effects/procedure/procedures.ts';
import type { SealKeys } from '../../../../agent/src/effects/procedure/sealed-procedure.ts';
import { MadeServer, sealKeysOf, surveyOf } from './made-server.ts';

let keys: Readonly<Record<string, SealKeys>>;
let server: MadeServer;

beforeAll(async () => {
  keys = await sealKeysOf(['ftp']);
});
beforeEach(() => {
  server = new MadeServer();
});
afterEach(() => server.remove());

function open(changes: Parameters<MadeServer['procedures']>[1]): Procedures {
  return server.procedures(keys['ftp']!, changes);
}

function settingsOf(daemon: string): ProcedureSettings {
  return { server: 'ftp', services: [{ daemon, probe: 'ftp', port: 21 }], storage: undefined, gateway: '198.18.0.1' };
}

test.each([
  ['vsftpd', 'etc/vsftpd.user_list'],
  ['vsftpd', 'etc/vsftpd/user_list'],
  ['vsftpd', 'etc/ftpusers'],
  ['vsftpd', 'etc/pam.d/vsftpd'],
  ['ssh', 'etc/pam.d/sshd'],
  ['ssh', 'etc/ssh/authorized_keys/alice'],
  ['ssh', 'etc/ssh/alice/authorized_keys'],
  ['apache2', 'etc/apache2/site/.htpasswd'],
  ['apache2', 'etc/apache2/intern.htpasswd'],
  ['dovecot', 'etc/dovecot/users'],
  ['dovecot', 'etc/pam.d/dovecot'],
  ['squid', 'etc/squid/htpasswd'],
  ['squid', 'etc/pam.d/squid'],
])('what %s reads at each use, as /%s, needs no restart', async (daemon, file) => {
  const procedures = open({ settings: settingsOf(daemon) });
  const long_ago = new Date(Date.now() - 3_600_000);
  utimesSync(path.join(server.directory, 'etc/vsftpd.conf'), long_ago, long_ago);
  server.restarted_ms = Date.now() - 60_000;
  server.write(file, 'changed\n');
  expect((await surveyOf(procedures, undefined)).unread).toEqual([]);
});

test.each([
  ['vsftpd', 'etc/vsftpd/vsftpd.conf'],
  ['ssh', 'etc/ssh/sshd_config'],
  ['ssh', 'etc/ssh/ssh_host_ed25519_key'],
  ['apache2', 'etc/apache2/sites-enabled/site.conf'],
  ['dovecot', 'etc/dovecot/users.conf'],
  ['squid', 'etc/squid/blocked'],
])('what %s reads when it is started, as /%s, does', async (daemon, file) => {
  const procedures = open({ settings: settingsOf(daemon) });
  const long_ago = new Date(Date.now() - 3_600_000);
  utimesSync(path.join(server.directory, 'etc/vsftpd.conf'), long_ago, long_ago);
  server.restarted_ms = Date.now() - 60_000;
  server.write(file, 'changed\n');
  const { unread } = await surveyOf(procedures, undefined);
  expect(unread).toEqual([`${daemon} has been neither restarted nor reloaded since /${file} was changed`]);
});
