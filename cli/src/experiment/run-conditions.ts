import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { BrokenError, UserError } from '../errors.ts';
import { installationRoot } from '../installation.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';

const COMMIT_LIMIT_MS = 10_000;

/** Under what one run was made. Runs of a series may differ in it, so the report tells. */
export interface RunConditions {
  /** Of dbssctl's checkout, with `-dirty` where its files are not those of the commit; null where it is no checkout. */
  readonly commit: string | null;
  /** Release of the kernel. */
  readonly kernel: string;
  readonly memory_gib: number;
  /** The kernel's identifier of this boot. */
  readonly boot: string;
  readonly accelerator: Accelerator;
  /** Family, model, stepping and microcode: other processors may have the same name. */
  readonly processor: string;
  /** What runs the virtual servers, and the hash of what their image was built from. */
  readonly qemu_version: string;
  readonly image: string;
}

/** A run as far as it is asked here. */
interface Conditioned {
  readonly conditions: RunConditions;
}

/** What carries the virtual servers. */
export type Accelerator = 'kvm' | 'tcg';

/**
 * The conditions of a run that begins now.
 * @throws BrokenError when there is no original server: the lab is not bootstrapped
 */
export async function presentConditions(inventory: Pick<Inventory, 'path'>): Promise<RunConditions> {
  return {
    commit: await commitOf(installationRoot()),
    kernel: os.release(),
    memory_gib: Math.round((os.totalmem() / 1024 ** 3) * 10) / 10,
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    processor: presentProcessor(),
    ...originalServerOf(inventory),
  };
}

/**
 * Virtual servers that are emulated are another experiment than those that are not.
 * @throws UserError when recorded runs were made with another accelerator than there is now
 */
export function requireSameAccelerator(records: readonly Conditioned[], present: Accelerator): void {
  const other = records.find(({ conditions }) => conditions.accelerator !== present)?.conditions.accelerator;
  if (other === undefined) return;
  throw new UserError(`virtual servers run with ${present} here now, and the recorded runs were made with ${other}`, {
    hint: 'begin another record with --record',
  });
}

/**
 * Another processor is another experiment, also where it has the same name.
 *
 * @param present as in `RunConditions`
 * @throws UserError when recorded runs were made on another one
 */
export function requireSameProcessor(records: readonly Conditioned[], present: string = presentProcessor()): void {
  const now = processorModel(present);
  const other = records.map(({ conditions }) => processorModel(conditions.processor)).find((recorded) => recorded !== now);
  if (other === undefined) return;
  throw new UserError(`the processor here is ${now || 'unknown'}, and the recorded runs were made on ${other || 'an unknown one'}`, {
    hint: 'begin another record with --record',
  });
}

/** A processor without its microcode, which an update of the machine may change. */
function processorModel(processor: string): string {
  return processor.replace(/, microcode .*/, '');
}

/** Whether all runs of both series were made on one processor, with one accelerator and one image of the virtual servers. */
export function areMadeAlike(one: readonly Conditioned[], other: readonly Conditioned[]): boolean {
  const made = [...one, ...other].map(
    ({ conditions }) => `${conditions.accelerator} ${conditions.image} ${processorModel(conditions.processor)}`,
  );
  return new Set(made).size <= 1;
}

function presentProcessor(): string {
  return processorIn(readFileSync('/proc/cpuinfo', 'utf8'));
}

/** `family 25, model 17, stepping 1, microcode 0x1000065`: as far as the kernel tells. */
export function processorIn(cpuinfo: string): string {
  const told = ['cpu family', 'model', 'stepping', 'microcode'].flatMap((name) => {
    const value = new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(cpuinfo)?.[1];
    return value === undefined ? [] : [`${name.replace('cpu ', '')} ${value}`];
  });
  return told.join(', ');
}

function originalServerOf(inventory: Pick<Inventory, 'path'>): Pick<RunConditions, 'accelerator' | 'qemu_version' | 'image'> {
  const file = path.join(statePaths(inventory.path).originalServer, 'image.json');
  try {
    const { accelerator, qemu_version, hash } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly accelerator: Accelerator;
      readonly qemu_version: string;
      readonly hash: string;
    };
    return { accelerator, qemu_version, image: hash };
  } catch (cause) {
    throw new BrokenError(`${file}: cannot be read`, { cause, hint: 'dbssctl bootstrap builds the original server' });
  }
}

/** No git, or no checkout, is no reason to measure nothing. */
async function commitOf(directory: string): Promise<string | null> {
  try {
    const describe = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
    const { stdout } = await promisify(execFile)('git', ['-C', directory, ...describe], { timeout: COMMIT_LIMIT_MS });
    return stdout.trim();
  } catch {
    return null;
  }
}
