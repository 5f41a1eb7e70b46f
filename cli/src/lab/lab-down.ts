import { existsSync, readdirSync, readFileSync, readlinkSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { withLock } from './lab-lock.ts';
import { describeLab } from './lab-machines.ts';
import { requireRoot } from './lab-preflight.ts';
import { recordedMachines } from './lab-record.ts';
import { labLock } from './lab-up.ts';
import { powerOff } from './machine-power.ts';
import { poll } from './poll.ts';
import { stopPowerController } from './power-controller-process.ts';
import { identifyProcess, signalProcess } from './process-identity.ts';
import { mountsBelow, removeTree } from './remove-tree.ts';
import { runProgram } from './run-program.ts';

export interface LabDownOptions {
  readonly progress?: (step: string, detail: string) => void;
}

const NAMESPACES = '/run/netns';
const ENDING_MS = 10_000;

/**
 * Remove a lab: machines (also frozen ones), switches, processes in its networks, mounts, disks and the export; also what a crash left.
 * The cached root filesystem and the keys stay.
 *
 * @throws UserError when another process is at work on it; BrokenError that names what cannot be removed
 */
export async function labDown(inventory: Inventory, options: LabDownOptions = {}): Promise<void> {
  requireRoot('dbssctl lab down');
  const description = describeLab(inventory);
  const say = options.progress ?? ((): void => undefined);
  await withLock(labLock(description), { purpose: 'dbssctl lab down', subject: 'this lab' }, async () => {
    const { names, machines } = description;
    await stopPowerController(names.runDirectory);
    const recorded = recordedMachines(names.runDirectory);
    const known = [...recorded, ...machines.filter((machine) => !recorded.some((other) => other.name === machine.name))];
    await Promise.all(known.map(async (machine) => (await powerOff(machine)) && say('machines', `${machine.name}: off`)));
    const namespaces = labNamespaces(names.id);
    await endProcesses(namespaces);
    for (const namespace of namespaces) await runProgram(`lab down: ${namespace}`, 'ip', ['netns', 'delete', namespace]);
    await removeEmptyNamespaceDirectory();
    for (const directory of [names.runDirectory, names.diskDirectory]) await removeDirectory(directory);
    removeControlGroups(names.id);
    say('lab', 'removed');
  });
}

/** All network namespaces of a lab that exist, also of machines that no record names. */
function labNamespaces(id: string): readonly string[] {
  if (!existsSync(NAMESPACES)) return [];
  return readdirSync(NAMESPACES).filter((name) => name.startsWith(`dbss-${id}-`));
}

/** `ip netns` mounts its directory on itself, and never takes that back. */
async function removeEmptyNamespaceDirectory(): Promise<void> {
  if (!existsSync(NAMESPACES) || readdirSync(NAMESPACES).length > 0) return;
  while (mountsBelow(NAMESPACES, readFileSync('/proc/self/mounts', 'utf8')).length > 0) {
    await runProgram('lab down: the directory of network namespaces', 'umount', [NAMESPACES]);
  }
  removeIfEmpty(NAMESPACES);
}

/** End every process whose network is one of these namespaces: clients, ssh connections, what was run with `lab exec`. */
async function endProcesses(namespaces: readonly string[]): Promise<void> {
  const networks = new Set(namespaces.map((name) => `net:[${statSync(path.join(NAMESPACES, name)).ino}]`));
  const gone = await poll(
    () => {
      const pids = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && networks.has(networkOf(name)))
        .map(Number);
      for (const pid of pids) {
        const identity = identifyProcess(pid);
        if (identity !== undefined && pid !== process.pid) signalProcess(identity, 'SIGKILL');
      }
      return pids.length === 0 ? true : undefined;
    },
    { timeout_ms: ENDING_MS, every_ms: 50 },
  );
  if (gone === undefined) {
    throw new BrokenError('lab down: processes in the networks of the lab do not end', {
      hint: 'ip netns pids NAMESPACE lists them; end them',
    });
  }
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    // It ended meanwhile, or is the kernel's own.
    return '';
  }
}

/** Remove a directory of the lab, and its parent when no other lab is in it. */
async function removeDirectory(directory: string): Promise<void> {
  await removeTree('lab down', directory);
  removeIfEmpty(path.dirname(directory));
}

/** The groups above the machines' own, in every hierarchy. */
function removeControlGroups(id: string): void {
  const roots = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter((fields) => fields[2] === 'cgroup' || fields[2] === 'cgroup2')
    .map((fields) => fields[1] ?? '');
  for (const root of roots) {
    removeIfEmpty(path.join(root, 'dbss-lab', id));
    removeIfEmpty(path.join(root, 'dbss-lab'));
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EBUSY') throw error;
  }
}
