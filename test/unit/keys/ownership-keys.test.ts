import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseDatagramKeys } from '@dbss/agent/configuration/datagram-keys.ts';
import { readKeyMaterial } from '../../../cli/src/generate/key-material.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { statePaths } from '../../../cli/src/inventory/state-paths.ts';
import { ensureKeys } from '../../../cli/src/keys/ensure-keys.ts';
import { LAB, labInventory } from '../inventory/lab-inventory.ts';

let directory: string;
let inventory: Inventory;
let paths: ReturnType<typeof statePaths>;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-keys-'));
  inventory = labInventory(path.join(directory, 'lab.yml'));
  paths = statePaths(inventory.path);
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('the datagrams have a key of 32 random bytes, different in every cluster', async () => {
  await ensureKeys(inventory);
  const { signing, believed } = parseDatagramKeys(readFileSync(paths.datagramKeys, 'utf8'));
  expect(signing).toHaveLength(32);
  expect(believed).toEqual([signing]);
  const other = labInventory(path.join(directory, 'other.yml'));
  await ensureKeys(other);
  expect(readFileSync(statePaths(other.path).datagramKeys, 'utf8')).not.toBe(readFileSync(paths.datagramKeys, 'utf8'));
});

test('two keys of the datagrams may overlap while they are changed, and stay as they are', async () => {
  await ensureKeys(inventory);
  const old = readFileSync(paths.datagramKeys, 'utf8');
  writeFileSync(paths.datagramKeys, `${'0a'.repeat(32)}\n${old}`, { mode: 0o600 });
  expect(await ensureKeys(inventory)).toEqual([]);
  expect((await readKeyMaterial(inventory)).datagramKeys).toBe(`${'0a'.repeat(32)}\n${old}`);
});

test.each([
  ['nothing', '', 'no key in it'],
  ['a short key', `${'0a'.repeat(31)}\n`, 'key 1 is not 64 lower-case hex digits'],
  ['three keys', `${'0a'.repeat(32)}\n`.repeat(3), '3 keys in it, at most 2 at a time'],
])('%s where the key of the datagrams was is told, and the key is not', async (_case, text, reason) => {
  await ensureKeys(inventory);
  writeFileSync(paths.datagramKeys, text);
  const error = await ensureKeys(inventory).catch((thrown: unknown) => thrown as Error);
  if (!(error instanceof Error)) throw new Error('the key passed');
  expect(error.message).toBe(`${paths.datagramKeys}: the key of the datagrams is damaged: ${reason}`);
  expect(error.message).not.toContain('0a0a');
});

test('the secrets of fencing come from the administrator, one file each, and all that are missing are told at once', async () => {
  const fencing = (name: string): string =>
    `dbss_fencing: { agent: fence_ipmilan, parameters: { ip: 198.18.2.9, lanplus: true }, secrets: { password: ${name} } }`;
  const text = LAB.replace('dbss_type: NETWORK\n', `dbss_type: NETWORK\n          ${fencing('ipmi-ftp')}\n`).replace(
    'dbss_type: CPU\n',
    `dbss_type: CPU\n          ${fencing('ipmi-login')}\n`,
  );
  const fenced = checkInventory(inventory.path, text);
  await ensureKeys(fenced);
  await expect(readKeyMaterial(fenced)).rejects.toMatchObject({
    message: [
      'secrets of dbss_fencing are missing',
      `  ftp: password: ${paths.fencingSecret('ipmi-ftp')} is not there`,
      `  login: password: ${paths.fencingSecret('ipmi-login')} is not there`,
    ].join('\n'),
  });
  mkdirSync(path.dirname(paths.fencingSecret('ipmi-ftp')));
  writeFileSync(paths.fencingSecret('ipmi-ftp'), 'one\ntwo\n');
  writeFileSync(paths.fencingSecret('ipmi-login'), 'pass word\n');
  await expect(readKeyMaterial(fenced)).rejects.toThrow('ipmi-ftp holds more than one line');
  writeFileSync(paths.fencingSecret('ipmi-ftp'), 'a=b');
  const device = (password: string): unknown => ({ agent: 'fence_ipmilan', parameters: { ip: '198.18.2.9', lanplus: '1', password } });
  expect((await readKeyMaterial(fenced)).fencing).toEqual({ ftp: device('a=b'), login: device('pass word') });
});
