import { expect, test } from '@jest/globals';
import { ansibleFile } from './ansible-file.ts';

interface Task {
  readonly name: string;
  readonly 'ansible.posix.synchronize'?: { readonly src: string; readonly rsync_opts: readonly string[] };
}

const copies = (ansibleFile('roles/original_server/tasks/main.yml') as readonly Task[])
  .flatMap((task) => task['ansible.posix.synchronize'] ?? [])
  .filter(({ src }) => src.includes('original_server_source'));
const included = (options: readonly string[]): readonly string[] =>
  options.flatMap((option) => (option.startsWith('--include=/') ? [option.slice('--include=/'.length)] : []));

test('image.json, which vouches for the other files of the original server, is copied when they are there', () => {
  expect(copies.map(({ rsync_opts }) => [...included(rsync_opts)].sort())).toEqual([
    ['contents.json', 'disk.qcow2', 'domain.xml', 'initrd.img', 'memory.save', 'vmlinuz'],
    ['image.json'],
  ]);
});

test('disk and memory of the original server are replaced together: one of them without the other is no machine', () => {
  expect(copies[0]?.rsync_opts).toContain('--delay-updates');
});
