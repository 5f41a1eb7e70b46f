import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { BrokenError, UserError } from '../errors.ts';
import { writeAtomically } from './write-atomically.ts';
import { installationRoot } from '../installation.ts';

/** Where to look, replaced in tests. */
export interface FindInventoryOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** The checkout whose last bootstrap counts. */
  readonly installation?: string;
}

/** What is remembered of the last bootstrap of one installation. */
interface LastBootstrap {
  readonly installation: string;
  readonly inventory: string;
}

/**
 * The inventory that a command works with: what was given with `-i`, else DBSS_INVENTORY, else the one of this installation's last
 * bootstrap.
 *
 * @returns its absolute path
 * @throws UserError when there is none, or the remembered one is gone
 */
export async function findInventory(given: string | undefined, options: FindInventoryOptions = {}): Promise<string> {
  const environment = options.environment ?? process.env;
  const named = given ?? environment['DBSS_INVENTORY'];
  if (named !== undefined && named !== '') return path.resolve(named);
  const remembered = await readLastBootstrap(rememberedFile(options));
  if (remembered === undefined) {
    throw new UserError('no inventory: none was given, and nothing was bootstrapped from here yet', {
      hint: 'give one with -i FILE or DBSS_INVENTORY, or run `dbssctl bootstrap FILE` first',
    });
  }
  if (!existsSync(remembered)) {
    throw new UserError(`no inventory: the one of the last bootstrap is gone: ${remembered}`, {
      hint: 'give one with -i FILE or DBSS_INVENTORY',
    });
  }
  return remembered;
}

/** Make this inventory the one that later commands of this installation find by themselves. */
export async function rememberInventory(inventoryPath: string, options: FindInventoryOptions = {}): Promise<void> {
  const file = rememberedFile(options);
  const record: LastBootstrap = { installation: installationOf(options), inventory: path.resolve(inventoryPath) };
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeAtomically(file, `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

/** One file an installation, so that two checkouts never write the same one. */
function rememberedFile(options: FindInventoryOptions): string {
  const environment = options.environment ?? process.env;
  const xdg = environment['XDG_STATE_HOME'];
  const state = xdg === undefined || xdg === '' ? path.join(environment['HOME'] ?? homedir(), '.local', 'state') : xdg;
  const name = createHash('sha256').update(installationOf(options)).digest('hex').slice(0, 16);
  return path.join(state, 'dbss', `last-bootstrap-${name}.json`);
}

function installationOf(options: FindInventoryOptions): string {
  return options.installation ?? installationRoot();
}

async function readLastBootstrap(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BrokenError(`${file}: cannot read which inventory was bootstrapped last`, { cause, hint: 'give the inventory with -i FILE' });
  }
  try {
    const { inventory } = JSON.parse(text) as Partial<LastBootstrap>;
    if (typeof inventory === 'string') return inventory;
  } catch (cause) {
    throw new BrokenError(`${file}: is damaged`, { cause, hint: `remove it, and give the inventory with -i FILE` });
  }
  throw new BrokenError(`${file}: names no inventory`, { hint: 'remove it, and give the inventory with -i FILE' });
}
