import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { BrokenError } from '../../errors.ts';
import type { StatePaths } from '../../inventory/state-paths.ts';
import { writeAtomically } from '../../inventory/write-atomically.ts';
import type { KeySet } from './key-set.ts';
import { keysOfStep, ROTATION_STEPS, type RotationStep, type StepKeys } from './rotation-steps.ts';

/** `keys/rotation.json`: everything that an interrupted rotation needs to go on. It goes with the rotation's end, and the old keys with it. */
export interface RotationRecord {
  readonly format: 1;
  readonly begun: string;
  /** The step that is being taken: some machines may have taken it. Every machine has taken the ones before. */
  readonly step: RotationStep;
  readonly before: KeySet;
  readonly after: KeySet;
}

/** The unfinished rotation; undefined when none is under way. */
export async function readRotation(paths: StatePaths): Promise<RotationRecord | undefined> {
  if (!existsSync(paths.rotation)) return undefined;
  try {
    const record: unknown = JSON.parse(await readFile(paths.rotation, 'utf8'));
    if (isRotation(record)) return record;
  } catch (cause) {
    throw new BrokenError(`${paths.rotation}: is damaged`, {
      cause,
      hint: 'restore it from a copy; without it nobody knows which keys the servers have: remove it, and deploy to all servers at once',
    });
  }
  throw new BrokenError(`${paths.rotation}: is not of a format that this dbssctl knows`, { hint: 'use the dbssctl that wrote it' });
}

function isRotation(value: unknown): value is RotationRecord {
  if (typeof value !== 'object' || value === null || !('format' in value) || !('step' in value)) return false;
  if (!('before' in value) || !('after' in value)) return false;
  // A rotation that was begun before there were keys of installation procedures is the earlier dbssctl's to finish.
  const hasAllKeys = [value.before, value.after].every((set) => typeof set === 'object' && set !== null && 'procedureKey' in set);
  return value.format === 1 && hasAllKeys && ROTATION_STEPS.some((step) => step === value.step);
}

/** Take a step here: first the record, then the keys that `dbssctl deploy` copies. Done again after an interruption, it comes to the same. */
export async function writeRotation(paths: StatePaths, record: RotationRecord): Promise<StepKeys> {
  await writeAtomically(paths.rotation, `${JSON.stringify(record, null, 1)}\n`, 0o600);
  const keys = keysOfStep(record.step, record.before, record.after);
  await mkdir(paths.serverCertificates, { recursive: true, mode: 0o700 });
  for (const [name, pair] of Object.entries(keys.machines)) {
    await replace(paths.serverKey(name), pair.key, 0o600);
    await replace(paths.serverCertificate(name), pair.certificate, 0o644);
  }
  await replace(paths.caKey, keys.authorityKey, 0o600);
  await replace(paths.caCertificate, keys.authorities, 0o644);
  await replace(paths.datagramKeys, keys.datagramKeys, 0o600);
  await replace(paths.procedureKeys, keys.procedureKeys, 0o600);
  return keys;
}

/** @throws Error when the record cannot be removed; the old keys stand in it */
export async function endRotation(paths: StatePaths): Promise<void> {
  await rm(paths.rotation);
}

async function replace(file: string, content: string, mode: number): Promise<void> {
  if (existsSync(file) && (await readFile(file, 'utf8')) === content) return;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeAtomically(file, content, mode);
}
