import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../cli/src/errors.ts';
import { findInventory, rememberInventory } from '../../../cli/src/inventory/find-inventory.ts';

let directory: string;
let site: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-find-'));
  site = path.join(directory, 'site.yml');
  writeFileSync(site, '');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function options(installation = '/opt/dbss', environment: Record<string, string> = {}): Parameters<typeof findInventory>[1] & object {
  return { installation, environment: { XDG_STATE_HOME: directory, ...environment } };
}

test('-i comes before DBSS_INVENTORY, and that before the last bootstrap', async () => {
  await rememberInventory(site, options());
  const named = options('/opt/dbss', { DBSS_INVENTORY: '/etc/other.yml' });
  await expect(findInventory('/etc/given.yml', named)).resolves.toBe('/etc/given.yml');
  await expect(findInventory(undefined, named)).resolves.toBe('/etc/other.yml');
  await expect(findInventory(undefined, options())).resolves.toBe(site);
});

test('the last bootstrap of another installation does not count', async () => {
  await rememberInventory(site, options('/opt/other'));
  await expect(findInventory(undefined, options())).rejects.toThrow(UserError);
});

test('without any inventory it is said how to give one', async () => {
  await expect(findInventory(undefined, options())).rejects.toMatchObject({
    message: 'no inventory: none was given, and nothing was bootstrapped from here yet',
    hint: 'give one with -i FILE or DBSS_INVENTORY, or run `dbssctl bootstrap FILE` first',
  });
});

test('a remembered inventory that is gone is told', async () => {
  await rememberInventory(site, options());
  rmSync(site);
  await expect(findInventory(undefined, options())).rejects.toThrow(`the one of the last bootstrap is gone: ${site}`);
});

test('without XDG_STATE_HOME the last bootstrap is remembered below the home', async () => {
  const home = { installation: '/opt/dbss', environment: { HOME: directory } };
  await rememberInventory(site, home);
  await expect(findInventory(undefined, home)).resolves.toBe(site);
});
