import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { controlGroupRoot } from './control-group.ts';
import { describeLab } from './lab-machines.ts';
import { machineState } from './machine-state.ts';

/** Programs that the lab runs, and the Debian package of each. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  sysctl: 'procps',
  nft: 'nftables',
  nc: 'netcat-openbsd',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
  mount: 'mount',
  'mkfs.ext4': 'e2fsprogs',
};
/** A machine's own system and agent, without its standby. */
const MACHINE_MEMORY_MB = 200;

/**
 * Refuse what cannot work, before anything is changed.
 * @throws UserError that says what to do
 */
export function checkLabCanRun(inventory: Inventory): void {
  requireRoot('dbssctl lab up');
  const directories = (process.env['PATH'] ?? '').split(path.delimiter);
  const missing = Object.keys(PROGRAMS).filter((program) => !directories.some((directory) => isProgram(path.join(directory, program))));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => PROGRAMS[program]))].sort();
    throw new UserError(`lab: this machine lacks ${missing.join(', ')}`, { hint: `apt-get install ${packages.join(' ')}` });
  }
  controlGroupRoot();
  if (!existsSync('/dev/net/tun')) {
    throw new UserError('lab: /dev/net/tun does not exist: virtual servers cannot be connected', { hint: 'modprobe tun' });
  }
  if (inventory.lab?.fileServer.disk_mb !== undefined && !existsSync('/dev/loop-control')) {
    throw new UserError("lab: /dev/loop-control does not exist: the file server's disk cannot be mounted", {
      hint: 'modprobe loop, or leave disk_mb out of dbss_lab.file_server',
    });
  }
  checkMemory(inventory, readFileSync('/proc/meminfo', 'utf8'));
}

/**
 * Only root can make namespaces and machines.
 * @throws UserError for anybody else
 */
export function requireRoot(command: string): void {
  if (process.geteuid?.() === 0) return;
  throw new UserError(`${command} needs root: it makes network namespaces and runs systemd-nspawn`, { hint: `sudo ${command}` });
}

function checkMemory(inventory: Inventory, memoryInformation: string): void {
  const off = describeLab(inventory).machines.filter((machine) => machineState(machine).power === 'off');
  const standbys = off.filter((machine) => machine.kind === 'server').length;
  const needed_mb = memoryNeeded_mb(off.length, standbys, inventory.standby.memory_mb);
  const available_mb = Math.floor(Number(/^MemAvailable:\s+(\d+) kB/m.exec(memoryInformation)?.[1] ?? 0) / 1024);
  if (available_mb >= needed_mb) return;
  throw new UserError(`lab: ${off.length} machines need about ${needed_mb} MB of memory, ${available_mb} MB are available`, {
    hint: 'use an inventory with fewer servers or a smaller dbss_standby.memory_mb, or free memory',
  });
}

/** Memory of machines that are to be started, their standbys resident. */
export function memoryNeeded_mb(machines: number, standbys: number, standbyMemory_mb: number): number {
  return machines * MACHINE_MEMORY_MB + standbys * standbyMemory_mb;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
