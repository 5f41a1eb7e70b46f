import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { labNames } from '../../../cli/src/lab/lab-names.ts';
import { labInventory } from './lab-fixture.ts';

test('inventories at different places, also with the same cluster name, share no name', () => {
  const one = labNames(labInventory({ path: '/checkout-1/inventories/lab.yml' }));
  const two = labNames(labInventory({ path: '/checkout-2/inventories/lab.yml' }));
  const all = (names: typeof one): readonly string[] => [
    ...Object.values(names.namespaces as unknown as Record<string, string>),
    names.runDirectory,
    names.diskDirectory,
    ...Object.values(names.machine('ftp') as unknown as Record<string, string>),
  ];
  expect(all(one).filter((name) => all(two).includes(name))).toEqual([]);
});

test('an inventory that is reached through a link has the lab of the file itself', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'dbss-lab-names-'));
  try {
    writeFileSync(path.join(directory, 'site.yml'), '');
    symlinkSync('site.yml', path.join(directory, 'link.yml'));
    expect(labNames(labInventory({ path: path.join(directory, 'link.yml') })).id).toBe(
      labNames(labInventory({ path: path.join(directory, 'site.yml') })).id,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a server may be called like a part of the lab', () => {
  const names = labNames(labInventory());
  const parts = Object.values(names.namespaces as unknown as Record<string, string>);
  for (const name of ['client', 'ctl', 'sw', 'sem']) expect(parts).not.toContain(names.machine(name).namespace);
  expect(names.exportDirectory.startsWith(path.dirname(names.machine('export').upper))).toBe(false);
});

test('the machine name for systemd-nspawn stays within its 64 characters, however long the cluster name is', () => {
  const names = labNames(labInventory({ cluster: 'a'.repeat(60) }));
  expect(names.machine('a-server-with-a-name-of-40-characters-x').nspawnMachine.length).toBeLessThanOrEqual(64);
});
