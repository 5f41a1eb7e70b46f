import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabMachineSpec } from './lab-machines.ts';
import type { IdentityFile } from './machine-identity.ts';
import { removeTree } from './remove-tree.ts';

/** Was the machine's disk made from this root filesystem with this identity? */
export function isInstalled(machine: LabMachineSpec, base: string, files: readonly IdentityFile[]): boolean {
  const mark = installedMark(machine);
  return existsSync(mark) && readFileSync(mark, 'utf8') === fingerprint(base, files);
}

/** Does the machine have a disk at all? */
export function hasDisk(machine: LabMachineSpec): boolean {
  return existsSync(installedMark(machine));
}

/**
 * Make the disk of a machine that is off: an empty layer over the host root filesystem, and its identity in it. What was on it is gone.
 */
export async function installDisk(machine: LabMachineSpec, base: string, files: readonly IdentityFile[]): Promise<void> {
  const { upper, work, merged } = machine.names;
  rmSync(installedMark(machine), { force: true });
  for (const directory of [upper, work, merged]) {
    await removeTree(`${machine.name}: install`, directory);
    mkdirSync(directory, { recursive: true });
  }
  for (const file of files) {
    makeParents(base, upper, path.dirname(file.path));
    const target = path.join(upper, file.path);
    if (file.linkTo !== undefined) symlinkSync(file.linkTo, target);
    else {
      writeFileSync(target, file.content);
      chmodSync(target, file.mode);
    }
  }
  writeFileSync(othersMark(machine), others(files));
  writeFileSync(installedMark(machine), fingerprint(base, files));
}

/**
 * Write what names other machines anew on a machine that runs, when that has changed. What somebody has changed on the machine meanwhile stays until then.
 * @param root of the machine's own mount: a layer of a mounted overlay must not be written below it
 */
export function refreshFiles(machine: LabMachineSpec, root: string, files: readonly IdentityFile[]): void {
  const mark = othersMark(machine);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === others(files)) return;
  for (const file of files.filter(({ ofOthers }) => ofOthers === true)) {
    const target = path.join(root, file.path);
    // Not through a link that the machine has put there: it would lead into this machine.
    rmSync(target, { force: true });
    writeFileSync(target, file.content, { mode: file.mode });
  }
  writeFileSync(mark, others(files));
}

/** The upper layer's directories hide the mode of those below: they must have the same. */
function makeParents(base: string, upper: string, directory: string): void {
  if (directory === '.') return;
  makeParents(base, upper, path.dirname(directory));
  const target = path.join(upper, directory);
  if (existsSync(target)) return;
  const below = path.join(base, directory);
  mkdirSync(target);
  chmodSync(target, existsSync(below) ? statSync(below).mode & 0o7777 : directory.endsWith('.ssh') ? 0o700 : 0o755);
}

function fingerprint(base: string, files: readonly IdentityFile[]): string {
  const own = files.map((file) => (file.ofOthers === true ? { path: file.path } : file));
  return createHash('sha256')
    .update(JSON.stringify({ base, files: own }))
    .digest('hex');
}

function installedMark(machine: LabMachineSpec): string {
  return path.join(path.dirname(machine.names.upper), 'installed');
}

function others(files: readonly IdentityFile[]): string {
  return JSON.stringify(files.filter(({ ofOthers }) => ofOthers === true));
}

function othersMark(machine: LabMachineSpec): string {
  return path.join(path.dirname(machine.names.upper), 'of-others');
}
