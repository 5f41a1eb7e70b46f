import { expect, test } from '@jest/globals';
import { ansibleFile } from './ansible-file.ts';

interface Task {
  readonly name: string;
  readonly loop?: string;
  readonly no_log?: boolean;
  readonly check_mode?: boolean;
  readonly register?: string;
  readonly 'ansible.builtin.systemd'?: Readonly<Record<string, unknown>>;
}

const tasks = (role: string): readonly Task[] => ansibleFile(`roles/${role}/tasks/main.yml`) as readonly Task[];

test('a trial run (--check) looks at the units, too: the other roles ask what was found', () => {
  expect(tasks('server').find(({ register }) => register === 'server_units_seen')?.check_mode).toBe(false);
});

test('no task prints password hashes: who loops over the users as they are keeps silent', () => {
  const whole = tasks('services').filter(({ loop }) => loop === '{{ services_users }}');
  expect(whole.map(({ name }) => name)).toEqual(['Create the users']);
  expect(whole.every(({ no_log }) => no_log === true)).toBe(true);
});

test('what the copy of files and the agent run is installed where a base installation has it not', () => {
  const defaults = ansibleFile('roles/server/defaults/main.yml') as { readonly server_ring_packages: readonly string[] };
  const ofAgent = ['nftables', 'iputils-arping', 'libvirt-daemon-system', 'qemu-system-x86'];
  expect(defaults.server_ring_packages).toEqual(expect.arrayContaining(['rsync', ...ofAgent]));
  const plays = ansibleFile('playbooks/site.yml') as readonly {
    readonly name: string;
    readonly vars?: Readonly<Record<string, unknown>>;
  }[];
  expect(plays.find(({ name }) => name === 'Witness')?.vars?.['server_ring_packages']).toEqual(['rsync']);
});

test('guests that a host had before are not shut down: libvirt-guests is masked, not stopped', () => {
  const units = tasks('hypervisor').map((task) => task['ansible.builtin.systemd']);
  expect(units.find((unit) => unit?.['name'] === 'libvirt-guests.service')).toEqual({ name: 'libvirt-guests.service', masked: true });
});
