import { expect, test } from '@jest/globals';
import { requirePreflight } from '../../../cli/src/bootstrap/preflight.ts';
import type { Preflight } from '../../../cli/src/bootstrap/preflight.ts';
import { UserError } from '../../../cli/src/errors.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';

const LAB = { path: '/x/lab.yml', lab: {}, standby: { memory_mb: 512 } } as unknown as Inventory;
const GOOD: Preflight = { isRoot: true, missingPrograms: [], freeMemory_mb: 8_000, freeDisk_mb: 50_000 };

test('a machine that has everything passes', () => {
  expect(() => requirePreflight(LAB, GOOD, false)).not.toThrow();
});

test('everything that is missing is told at once, with the packages to install', () => {
  const machine: Preflight = {
    isRoot: false,
    missingPrograms: ['ansible-playbook', 'systemd-nspawn'],
    freeMemory_mb: 100,
    freeDisk_mb: 10,
  };
  expect(() => requirePreflight(LAB, machine, false)).toThrow(UserError);
  expect(() => requirePreflight(LAB, machine, false)).toThrow(
    [
      'this machine cannot bootstrap /x/lab.yml yet',
      '  a lab needs root: run the command as root',
      '  missing: ansible-playbook, systemd-nspawn: apt-get install ansible systemd-container',
      '  the original server boots with 512 MB of memory, only 100 MB are free',
      '  5000 MB of disk are needed for what is built, 10 MB are free',
    ].join('\n'),
  );
});

test('real servers need no root here', () => {
  expect(() => requirePreflight({ ...LAB, lab: undefined }, { ...GOOD, isRoot: false }, false)).not.toThrow();
});

test('once the original server is built, its memory and disk are not asked for again', () => {
  expect(() => requirePreflight(LAB, { ...GOOD, freeMemory_mb: 100, freeDisk_mb: 10 }, true)).not.toThrow();
});
