import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LabMachineSpec } from '../../../cli/src/lab/lab-machines.ts';
import { installDisk, isInstalled, refreshFiles } from '../../../cli/src/lab/machine-disk.ts';
import type { IdentityFile } from '../../../cli/src/lab/machine-identity.ts';

const hosts = (content: string): IdentityFile => ({ path: 'etc/hosts', mode: 0o644, content, ofOthers: true });
const name = (content: string): IdentityFile => ({ path: 'etc/hostname', mode: 0o644, content });
let directory: string;
let machine: LabMachineSpec;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-disk-'));
  const [upper, work, merged, base] = ['upper', 'work', 'merged', 'base'].map((part) => path.join(directory, part));
  mkdirSync(base ?? '');
  machine = { name: 'ftp', names: { upper, work, merged } } as LabMachineSpec;
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a machine that joins or leaves the lab costs no other machine its disk', async () => {
  await installDisk(machine, path.join(directory, 'base'), [name('ftp'), hosts('198.18.0.12 ftp')]);
  expect(isInstalled(machine, path.join(directory, 'base'), [name('ftp'), hosts('198.18.0.12 ftp\n198.18.0.13 web1')])).toBe(true);
  expect(isInstalled(machine, path.join(directory, 'base'), [name('web1'), hosts('198.18.0.12 ftp')])).toBe(false);
});

test('the names of the others are written anew when they have changed, and what was changed on the machine stays until then', async () => {
  const { upper } = machine.names;
  const file = path.join(upper, 'etc/hosts');
  await installDisk(machine, path.join(directory, 'base'), [name('ftp'), hosts('two')]);
  writeFileSync(file, 'two and mine');
  refreshFiles(machine, upper, [name('ftp'), hosts('two')]);
  expect(readFileSync(file, 'utf8')).toBe('two and mine');
  refreshFiles(machine, upper, [name('ftp'), hosts('three')]);
  expect(readFileSync(file, 'utf8')).toBe('three');
  rmSync(file);
  refreshFiles(machine, upper, [name('ftp'), hosts('four')]);
  expect(readFileSync(file, 'utf8')).toBe('four');
});
