import type { FencingDevice } from '@dbss/agent/configuration/agent-configuration.ts';
import { readFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { StatePaths } from '../inventory/state-paths.ts';

/**
 * How each server of an inventory is switched off that can be, with the secrets that the administrator put into `keys/fencing`.
 *
 * @throws UserError naming every file that is missing or holds more than one line
 */
export async function readFencing(inventory: Inventory, paths: StatePaths): Promise<Readonly<Record<string, FencingDevice>>> {
  const devices: Record<string, FencingDevice> = {};
  const problems: string[] = [];
  for (const { name, fencing } of inventory.servers) {
    if (fencing === undefined) continue;
    const secrets: Record<string, string> = {};
    for (const [parameter, secret] of Object.entries(fencing.secrets)) {
      const file = paths.fencingSecret(secret);
      const value = await readSecret(file);
      if (typeof value === 'string') secrets[parameter] = value;
      else problems.push(`  ${name}: ${parameter}: ${file} ${value.problem}`);
    }
    devices[name] = { agent: fencing.agent, parameters: { ...fencing.parameters, ...secrets } };
  }
  if (problems.length === 0) return devices;
  throw new UserError(`secrets of dbss_fencing are missing\n${problems.join('\n')}`, {
    hint: 'write each into its file, as one line that only you may read (umask 077), and run the command again',
  });
}

async function readSecret(file: string): Promise<string | { readonly problem: string }> {
  try {
    const value = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    if (value === '') return { problem: 'is empty' };
    return /[\r\n\0]/.test(value) ? { problem: 'holds more than one line' } : value;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return { problem: code === 'ENOENT' ? 'is not there' : `cannot be read (${code})` };
  }
}
