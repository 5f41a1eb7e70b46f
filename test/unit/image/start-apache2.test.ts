import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';

const SCRIPT = path.resolve('vm-images/original-server/rootfs/usr/lib/dbss/start-apache2');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-apache2-'));
  writeFileSync(path.join(directory, 'apache2'), '#!/bin/sh\necho "$* $APACHE_RUN_USER $SITE $(ulimit -n)"\n');
  chmodSync(path.join(directory, 'apache2'), 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function started(envvars: string): { readonly said: string; readonly status: number | null } {
  writeFileSync(path.join(directory, 'envvars'), envvars);
  const { stdout, status } = spawnSync('/bin/sh', [SCRIPT], {
    encoding: 'utf8',
    env: { PATH: `${directory}:${process.env['PATH'] ?? ''}`, APACHE_CONFDIR: directory },
  });
  return { said: stdout.trim(), status };
}

test('a virtual web server starts with what the captured envvars say', () => {
  const lines = [
    'unset HOME',
    `export APACHE_RUN_USER=${userInfo().username}`,
    `export APACHE_RUN_DIR=${directory}/run/site APACHE_LOCK_DIR=${directory}/lock`,
    'export SITE=/srv/dbss/www/x',
    "APACHE_ULIMIT_MAX_FILES='ulimit -n 512'",
    "export APACHE_ARGUMENTS='-D STAGING'",
  ];
  expect(started(`${lines.join('\n')}\n`)).toEqual({ said: `-D STAGING -k start ${userInfo().username} /srv/dbss/www/x 512`, status: 0 });
  for (const made of ['run/site/socks', 'lock']) expect(existsSync(path.join(directory, made))).toBe(true);
});

test('a virtual web server starts where the captured envvars set a limit that it cannot have, and end with a condition that does not hold', () => {
  const own = `export APACHE_RUN_USER=${userInfo().username} APACHE_RUN_DIR=${directory} APACHE_LOCK_DIR=${directory}`;
  const { said, status } = started(`${own}\nAPACHE_ULIMIT_MAX_FILES='ulimit -n 99999999999'\n[ -f /nowhere ] && . /nowhere\n`);
  expect([said.split(' ').slice(0, 2), status]).toEqual([['-k', 'start'], 0]);
});

test('a virtual web server does not start without its environment', () => {
  expect(started('exit 3\n')).toEqual({ said: '', status: 3 });
});
