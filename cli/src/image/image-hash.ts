import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { type Accelerator, filesBelow, type ImageSources } from './recipe.ts';

/** Raised when this program builds another image from the same inputs. */
const FORMAT = 3;

/** What a saved memory fits: it can be restored only where all of this is the same. */
export interface ImageHost {
  readonly accelerator: Accelerator;
  /** e.g. `7.2.22` */
  readonly qemu_version: string;
  readonly memory_mb: number;
}

/**
 * The name of an original server in the cache: the same as long as nothing changed that it is made from.
 * @returns 16 hexadecimal digits
 */
export function imageHash(sources: ImageSources, host: ImageHost): string {
  const hash = createHash('sha256');
  const add = (name: string, content: string | Buffer): void => {
    hash.update(`\0${name}\0${String(content.length)}\0`).update(content);
  };
  add('format', String(FORMAT));
  add('architecture', process.arch);
  add('host', JSON.stringify([host.accelerator, host.qemu_version, host.memory_mb]));
  add('domain', sources.domainTemplate);
  add('install.sh', sources.installScript);
  for (const [name, mode, content] of filesOf(sources.recipeDirectory)) add(`${name} ${mode.toString(8)}`, content);
  return hash.digest('hex').slice(0, 16);
}

/** Every file below a directory with its executable bits, in the order of their paths. */
function filesOf(directory: string): readonly (readonly [name: string, mode: number, content: string | Buffer])[] {
  return filesBelow(directory).map((name) => {
    const file = path.join(directory, name);
    const status = lstatSync(file);
    return [name, status.mode & 0o111, status.isSymbolicLink() ? readlinkSync(file) : readFileSync(file)] as const;
  });
}
