import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ansible = spawnSync('ansible', ['--version'], { encoding: 'utf8' });
const installed = ansible.error === undefined && ansible.status === 0;
if (!installed) process.stderr.write('left out: which units the roles take as ready (ansible is not installed)\n');

const defaults = path.resolve(import.meta.dirname, '../../../ansible/roles/server/defaults/main.yml');

/** The value of a variable of the role `server` when `systemctl show` says this of the units, in their order. */
function evaluate(variable: string, seen: Readonly<Record<string, string>>): unknown {
  const variables = {
    dbss_daemons: [],
    dbss_packages: [],
    dbss_storage_packages: [],
    server_units: Object.keys(seen),
    server_masked_units: [],
    server_units_seen: { stdout: Object.values(seen).join('\n\n'), stdout_lines: Object.values(seen).join('\n\n').split('\n') },
  };
  const words = ['localhost', '-c', 'local', '-m', 'ansible.builtin.debug', '-a', `var=${variable}`];
  const { stdout, stderr } = spawnSync('ansible', [...words, '-e', `@${defaults}`, '-e', JSON.stringify(variables)], {
    encoding: 'utf8',
    env: { ...process.env, ANSIBLE_NOCOLOR: '1' },
  });
  const answer = stdout.slice(stdout.indexOf('{'));
  if (answer === '') throw new Error(stderr);
  return (JSON.parse(answer) as Readonly<Record<string, unknown>>)[variable];
}

const state = (active: string, file: string): string => `ActiveState=${active}\nUnitFileState=${file}`;

(installed ? describe : describe.skip)('units that a deployment leaves alone', () => {
  test('each unit is judged by itself: a daemon that is stopped makes the agent no less ready', () => {
    const seen = {
      'dbss-agent.service': state('active', 'enabled'),
      'postfix.service': state('inactive', 'enabled'),
      'vsftpd.service': state('active', 'disabled'),
      'squid.service': state('inactive', ''),
    };
    expect(evaluate('server_ready_units', seen)).toEqual(['dbss-agent.service']);
  });

  test('a unit that runs and needs no enabling is ready', () => {
    const names = ['enabled', 'enabled-runtime', 'static', 'generated', 'alias', 'indirect'];
    const seen = Object.fromEntries(names.map((name) => [`${name}.service`, state('active', name)]));
    expect(evaluate('server_ready_units', seen)).toEqual(Object.keys(seen));
    expect(evaluate('server_ready_units', { 'a.service': 'UnitFileState=enabled\nActiveState=active' })).toEqual(['a.service']);
    expect(evaluate('server_ready_units', { 'masked.service': state('active', 'masked') })).toEqual([]);
  });

  test('a unit that must not run is left alone once it is masked, also while it is still there', () => {
    const seen = { 'libvirt-guests.service': state('active', 'masked'), 'other.service': state('inactive', 'enabled') };
    expect(evaluate('server_units_seen_masked', seen)).toEqual(['libvirt-guests.service']);
  });
});
