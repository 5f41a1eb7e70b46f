import type { AgentConfiguration } from '../../../agent/src/configuration/agent-configuration.ts';
import { checkAgentConfiguration } from '../../../agent/src/configuration/read-agent-configuration.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { LAB, problemsIn, replaced } from '../inventory/lab-inventory.ts';
import { generatedFrom, textOf } from './materials.ts';

const USER = '    dbss_users:\n';
const WITH_USER = replaced(LAB, USER, `    dbss_check_user: { name: checker, uid: 2900 }\n${USER}`);

/** The lab with these services examined by the work of a client. */
function working(...daemons: readonly string[]): string {
  return daemons.reduce((text, daemon) => text.replaceAll(`{ daemon: ${daemon}`, `{ daemon: ${daemon}, check: work`), WITH_USER);
}

function configurationIn(text: string, server = 'proxy'): AgentConfiguration {
  const files = generatedFrom(checkInventory('/site/lab.yml', text));
  return JSON.parse(textOf(files, `hosts/${server}/rootfs/etc/dbss/agent.json`)) as AgentConfiguration;
}

test('every agent is told the work of a client of each service that asks for it, and reads it as it was written', () => {
  const configuration = configurationIn(working('postfix', 'dovecot', 'vsftpd', 'apache2', 'squid', 'ssh'));
  const works = Object.fromEntries(configuration.ring.servers.map(({ name, services }) => [name, services.map(({ work }) => work)]));
  const home = { name: 'dbss-check.txt', content: 'DBSS shared storage of checker\n' };
  const page = (server: string) => ({ name: 'dbss-check.txt', content: `DBSS shared storage of ${server}\n` });
  expect(works).toEqual({
    mail: [{ kind: 'mail', imap_port: 143 }, { kind: 'mailbox' }],
    ftp: [{ kind: 'ftp', file: home }],
    web1: [{ kind: 'http', file: page('web1') }],
    web2: [{ kind: 'http', file: page('web2') }],
    proxy: [
      {
        kind: 'proxy',
        pages: [
          { ...page('web1'), address: '198.18.0.113', port: 80 },
          { ...page('web2'), address: '198.18.0.114', port: 80 },
        ],
      },
    ],
    login: [{ kind: 'ssh', file: home, host_keys: ['host'] }],
  });
  expect(checkAgentConfiguration(configuration)).toEqual(configuration);
});

test('the password of the one who checks goes to the agents alone, and to none of a ring in which nobody checks so', () => {
  const files = generatedFrom(checkInventory('/site/lab.yml', working('vsftpd')));
  const holders = [...files.values()].filter(({ content }) => content.toString().includes('key of checker'));
  expect(holders.map(({ path }) => path).sort()).toEqual(
    ['ftp', 'login', 'mail', 'proxy', 'web1', 'web2'].map((server) => `hosts/${server}/rootfs/etc/dbss/agent.json`),
  );
  expect(holders.every(({ mode }) => mode === 0o600)).toBe(true);
  expect(configurationIn(WITH_USER).check_account).toBeUndefined();
});

test('he is a user of every server, and the files that he reads are written where they are read', () => {
  const files = generatedFrom(checkInventory('/site/lab.yml', working('vsftpd', 'squid')));
  const variables = (server: string): { dbss_users: { name: string }[]; dbss_check_files: unknown } =>
    JSON.parse(textOf(files, `hosts/${server}/vars.json`)) as { dbss_users: { name: string }[]; dbss_check_files: unknown };
  expect(variables('web1').dbss_users.map(({ name }) => name)).toEqual(['alice', 'checker']);
  expect(variables('ftp').dbss_check_files).toEqual([
    { path: '/srv/dbss/home/checker/dbss-check.txt', content: 'DBSS shared storage of checker\n' },
  ]);
  expect(variables('web1').dbss_check_files).toEqual([
    { path: '/srv/dbss/www/web1/dbss-check.txt', content: 'DBSS shared storage of web1\n' },
  ]);
  expect(variables('login').dbss_check_files).toEqual([]);
});

test('a script is told as it stands in the inventory', () => {
  const text = replaced(
    LAB,
    '{ daemon: ssh }',
    '{ daemon: ssh }, { daemon: db, probe: script, port: 5432, script: /usr/local/sbin/db-ok }',
  );
  const services = configurationIn(text).ring.servers.find(({ name }) => name === 'login')!.services;
  expect(services[1]).toEqual({ daemon: 'db', probe: 'script', port: 5432, script: '/usr/local/sbin/db-ok' });
});

test.each<[string, string, string]>([
  [
    'work without somebody who does it',
    LAB.replace('daemon: vsftpd', 'daemon: vsftpd, check: work'),
    'all.vars.dbss_check_user, who does it',
  ],
  [
    'a mail server whose mail nobody fetches',
    WITH_USER.replace('{ daemon: postfix }, { daemon: dovecot }', '{ daemon: postfix, check: work }'),
    'one there, by which the mail is fetched that was delivered',
  ],
  [
    'a proxy that one web server alone vouches for',
    WITH_USER.replace('daemon: squid', 'daemon: squid, check: work').replace('daemon: apache2', 'daemon: web, probe: tcp, port: 80'),
    'the probe http on two servers at least',
  ],
  ['work that nobody knows', LAB.replace('daemon: vsftpd', 'daemon: db, probe: tcp, port: 5432, check: work'), 'another probe'],
  ['a script that is not named', LAB.replace('daemon: vsftpd', 'daemon: db, probe: script, port: 5432'), 'script: the path of a program'],
  ['a script that nobody calls', LAB.replace('daemon: vsftpd', 'daemon: vsftpd, script: /bin/true'), 'probe: script beside it'],
  [
    'a script on the shared storage',
    LAB.replace('daemon: vsftpd', 'daemon: db, probe: script, port: 5432, script: /srv/../srv/dbss/bin/db-ok'),
    "a script on the servers' own disks",
  ],
  ['a checker who is a user already', LAB.replace(USER, `    dbss_check_user: { name: alice, uid: 2900 }\n${USER}`), 'each user once'],
])('%s is wrong', (_what, text, expected) => {
  expect(problemsIn(text).map((problem) => problem.expected)).toEqual([expect.stringContaining(expected)]);
});
