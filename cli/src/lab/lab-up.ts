import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BrokenError, UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { holderEnvironment, withStateLock } from '../deploy/state-lock.ts';
import { ensureKeys } from '../keys/ensure-keys.ts';
import { ensureHostRootfs } from './host-rootfs.ts';
import { ensureInotifyInstances } from './kernel-limits.ts';
import { ensureExportDisk } from './lab-export-disk.ts';
import { ensureExport } from './lab-export.ts';
import { recordLabEvent } from './lab-events.ts';
import { withLock } from './lab-lock.ts';
import { describeLab, LAB_NETWORKS, type LabDescription, type LabMachineSpec } from './lab-machines.ts';
import { checkLabCanRun } from './lab-preflight.ts';
import { recordedMachines, recordMachine } from './lab-record.ts';
import { isOff, powerSwitch } from './lab-switch.ts';
import { hasDisk, installDisk, isInstalled, refreshFiles } from './machine-disk.ts';
import { thawMachine } from './machine-freeze.ts';
import { identityFiles, type IdentityFile, type MachineKeys } from './machine-identity.ts';
import { cableState, setMachineLink } from './machine-links.ts';
import { writeMachineParameters } from './machine-parameters.ts';
import { powerOff, powerOn } from './machine-power.ts';
import { waitUntilReady } from './machine-readiness.ts';
import { machineState } from './machine-state.ts';
import { ensurePowerController } from './power-controller-process.ts';
import { removeTree } from './remove-tree.ts';
import { ensureSwitches } from './switches.ts';

export interface LabUpOptions {
  /** Called with what is being done (`machines`) and a line about it (`ftp: started in 2.1 s`). */
  readonly progress?: (step: string, detail: string) => void;
  /** Ends the work at the next safe moment; what stands then stands, and the next `lab up` goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

export interface LabUpResult {
  /** Machines that this call switched on. */
  readonly started: readonly string[];
  /** Machines whose disk this call made: what was deployed on them is gone. */
  readonly installed: readonly string[];
  /** Failed units by machine; machines without one are left out. */
  readonly failedUnits: Readonly<Record<string, readonly string[]>>;
  readonly duration_ms: number;
}

/** Two cores boot three machines about as fast as one. */
const MACHINES_AT_ONCE = 3;

/**
 * Bring the lab of an inventory up (the paper's Fig. 13): switches, file server, servers, client and power controller. Repairs what is
 * broken, frozen, unplugged or off, leaves alone what is well, and takes over what a dead process left half done.
 *
 * @throws UserError when this machine cannot carry it, or another process is at work on it; BrokenError with machine and step otherwise
 */
export async function labUp(inventory: Inventory, options: LabUpOptions = {}): Promise<LabUpResult> {
  const description = describeLab(inventory);
  checkLabCanRun(inventory);
  try {
    return await withLock(labLock(description), { purpose: 'dbssctl lab up', subject: 'this lab', signal: options.signal }, () =>
      bringUp(inventory, description, options),
    );
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    throw new UserError('lab up was interrupted', {
      cause: error,
      hint: 'dbssctl lab up goes on where it was; dbssctl lab down removes what is there',
    });
  }
}

/** Name of the lock that keeps `lab up` and `lab down` of one lab apart. */
export function labLock({ names }: LabDescription): string {
  return `dbss-lab ${names.id}`;
}

async function bringUp(inventory: Inventory, description: LabDescription, { progress, signal }: LabUpOptions): Promise<LabUpResult> {
  const begin = performance.now();
  const say = progress ?? ((): void => undefined);
  const raised = ensureInotifyInstances();
  if (raised !== undefined) say('kernel limits', raised);
  // A bootstrap has the lock already, in this process.
  const environment = { ...process.env, ...holderEnvironment() };
  await withStateLock(inventory.path, 'dbssctl lab up', () => ensureKeys(inventory), { environment });
  const base = await ensureHostRootfs({ progress: (detail) => say('host root filesystem', detail), signal });
  const { names, machines } = description;
  await removeDeparted(description, say);
  const { disk_mb } = description.lab.fileServer;
  const freeExport = async (): Promise<void> => {
    for (const machine of machines) if (await powerOff(machine)) say('machines', `${machine.name}: switched off, the export gets a disk`);
  };
  if (await ensureExportDisk(names, disk_mb, { freeExport, signal })) say('file server', `its disk of ${String(disk_mb)} MB is mounted`);
  ensureExport(names.exportDirectory, inventory);
  if (await ensureSwitches(inventory, description)) {
    say('switches', 'built');
    // A machine that was on is connected to a switch that is no more.
    for (const machine of machines) if (await powerOff(machine)) say('machines', `${machine.name}: switched off, its switch was rebuilt`);
  }
  for (const network of LAB_NETWORKS.filter((candidate) => isOff(description, candidate))) {
    await powerSwitch(description, network, 'on');
    say('switches', `${network} switch: switched on`);
  }
  if (await ensurePowerController(names)) say('power controller', 'started');
  const result = { started: [] as string[], installed: [] as string[], failedUnits: {} as Record<string, readonly string[]> };
  await forEach(machines, MACHINES_AT_ONCE, async (machine) => {
    signal?.throwIfAborted();
    const files = identityFiles(inventory, description, machine, readMachineKeys(inventory, machine));
    if (await prepare(machine, base, files, say)) result.installed.push(machine.name);
    const from = performance.now();
    if (await powerOn(machine, signal)) {
      result.started.push(machine.name);
      recordLabEvent(names.runDirectory, { time_ms: Date.now(), machine: machine.name, action: 'power-on' });
    }
    const { failedUnits } = await waitUntilReady(machine, names.namespaces.controller, signal);
    const { init } = machineState(machine);
    if (init !== undefined) refreshFiles(machine, `/proc/${init.pid}/root`, files);
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    if (failedUnits.length > 0) {
      result.failedUnits[machine.name] = failedUnits;
      say('machines', `${machine.name}: started in ${seconds} s, but degraded: ${failedUnits.join(', ')} failed`);
    } else if (result.started.includes(machine.name)) say('machines', `${machine.name}: started in ${seconds} s`);
  });
  return { ...result, duration_ms: Math.round(performance.now() - begin) };
}

/**
 * Make a machine ready to be switched on: its disk is this inventory's, it is not frozen, its cables are plugged.
 * @returns true when its disk was made anew
 */
async function prepare(
  machine: LabMachineSpec,
  base: string,
  files: readonly IdentityFile[],
  say: (step: string, detail: string) => void,
): Promise<boolean> {
  await recordMachine(machine);
  const state = machineState(machine);
  const installed = isInstalled(machine, base, files);
  if (!installed) {
    if (hasDisk(machine)) say('machines', `${machine.name}: installed anew, its inventory entry, keys or root filesystem changed`);
    await powerOff(machine);
    await installDisk(machine, base, files);
  } else if (state.power === 'frozen') {
    await thawMachine(machine);
    say('machines', `${machine.name}: thawed`);
  } else if (state.init !== undefined && state.supervisor === undefined) {
    say('machines', `${machine.name}: switched off, its supervisor is dead`);
    await powerOff(machine);
  }
  writeMachineParameters(machine, base);
  for (const network of LAB_NETWORKS.filter((candidate) => cableState(machine, candidate) !== 'up')) {
    await setMachineLink(machine, network, 'up');
    say('machines', `${machine.name}: ${network} cable plugged`);
  }
  return !installed;
}

/** Machines that the inventory had when the lab was last brought up, and has no more. */
async function removeDeparted({ names, machines }: LabDescription, say: (step: string, detail: string) => void): Promise<void> {
  const here = new Set(machines.map((machine) => machine.name));
  for (const machine of recordedMachines(names.runDirectory).filter((recorded) => !here.has(recorded.name))) {
    await powerOff(machine);
    await removeTree(`${machine.name}: remove`, path.dirname(machine.names.upper));
    await removeTree(`${machine.name}: remove`, machine.names.runDirectory);
    say('machines', `${machine.name}: removed, it is not in the inventory any more`);
  }
}

function readMachineKeys(inventory: Inventory, machine: LabMachineSpec): MachineKeys {
  const paths = statePaths(inventory.path);
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      throw new BrokenError(`${machine.name}: install: ${file} cannot be read`, {
        cause,
        hint: `remove ${paths.keys} and repeat the command`,
      });
    }
  };
  return {
    authorizedKey: read(paths.sshPublicKey),
    hostKey: { privateKey: read(paths.hostKey(machine.name)), publicKey: read(paths.hostPublicKey(machine.name)) },
  };
}

/** Work on all items, so many at once; the first failure stops the taking of more, and is thrown when those at work have ended. */
async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
