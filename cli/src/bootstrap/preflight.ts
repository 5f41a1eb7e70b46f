import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';

/** What a machine must have before a bootstrap starts anything. */
export interface Preflight {
  readonly isRoot: boolean;
  readonly missingPrograms: readonly string[];
  readonly freeMemory_mb: number;
  readonly freeDisk_mb: number;
}

/** Programs and the Debian packages that bring them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'ansible-playbook': 'ansible',
  rsync: 'rsync',
  ssh: 'openssh-client',
  mmdebstrap: 'mmdebstrap',
  'qemu-img': 'qemu-utils',
  'qemu-system-x86_64': 'qemu-system-x86',
  'mkfs.ext4': 'e2fsprogs',
};
const LAB_PROGRAMS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nc: 'netcat-openbsd',
  'systemd-nspawn': 'systemd-container',
};

/** Root filesystems while they are built, and the original server. */
const DISK_MB = 5_000;
/** QEMU's own, beside the guest's. */
const BOOT_MEMORY_MB = 200;

/**
 * Look whether this machine can do a bootstrap of this inventory.
 *
 * @param cache directory for what is slow to make; it need not exist
 */
export async function lookAtMachine(inventory: Inventory, cache: string): Promise<Preflight> {
  const programs = inventory.lab === undefined ? PROGRAMS : { ...PROGRAMS, ...LAB_PROGRAMS };
  const disk = await statfs(existingAncestor(cache));
  return {
    isRoot: process.getuid?.() === 0,
    missingPrograms: Object.keys(programs).filter((program) => !isOnPath(program)),
    freeMemory_mb: Math.floor(os.freemem() / 1_048_576),
    freeDisk_mb: Math.floor((disk.bavail * disk.bsize) / 1_048_576),
  };
}

/**
 * Everything that is missing, at once. Memory and disks of a lab are its own business: `lab up` looks at them itself.
 *
 * @param machine what `lookAtMachine` saw
 * @param imageBuilt whether an original server is there already: then nothing big is built
 * @throws UserError listing it all
 */
export function requirePreflight(inventory: Inventory, machine: Preflight, imageBuilt: boolean): void {
  const problems: string[] = [];
  if (inventory.lab !== undefined && !machine.isRoot) problems.push('a lab needs root: run the command as root');
  if (machine.missingPrograms.length > 0) {
    const packages = machine.missingPrograms.map((program) => PROGRAMS[program] ?? LAB_PROGRAMS[program] ?? program);
    problems.push(`missing: ${machine.missingPrograms.join(', ')}: apt-get install ${[...new Set(packages)].join(' ')}`);
  }
  if (!imageBuilt && machine.freeMemory_mb < inventory.standby.memory_mb + BOOT_MEMORY_MB) {
    problems.push(`the original server boots with ${inventory.standby.memory_mb} MB of memory, only ${machine.freeMemory_mb} MB are free`);
  }
  if (!imageBuilt && machine.freeDisk_mb < DISK_MB)
    problems.push(`${DISK_MB} MB of disk are needed for what is built, ${machine.freeDisk_mb} MB are free`);
  if (problems.length === 0) return;
  throw new UserError(`this machine cannot bootstrap ${inventory.path} yet\n${problems.map((problem) => `  ${problem}`).join('\n')}`, {
    hint: 'Change what the lines above say, then run the same command again. Nothing was changed.',
  });
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((directory) => {
    try {
      accessSync(path.join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function existingAncestor(directory: string): string {
  let ancestor = path.resolve(directory);
  while (!existsSync(ancestor)) ancestor = path.dirname(ancestor);
  return ancestor;
}
