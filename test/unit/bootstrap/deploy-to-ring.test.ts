import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { RenewedStandbys } from '../../../cli/src/bootstrap/recorded-standbys.ts';
import type { DeploymentOutcome } from '../../../cli/src/deploy/deploy.ts';
import { BrokenError } from '../../../cli/src/errors.ts';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { inventoryText } from '../inventory/made-inventory.ts';

const DEPLOYED: DeploymentOutcome = { changed: 3, hosts: {}, log: 'log', finished: ['files', 'ftp', 'mail'], failure: undefined };
let outcome = DEPLOYED;
let renewal: () => Promise<RenewedStandbys>;
const asked: (readonly string[])[] = [];
jest.unstable_mockModule('../../../cli/src/deploy/deploy.ts', () => ({ runDeployment: () => Promise.resolve(outcome) }));
jest.unstable_mockModule('../../../cli/src/bootstrap/recorded-standbys.ts', () => ({
  renewStandbys: (_client: unknown, { servers }: { readonly servers: readonly string[] }) => {
    asked.push(servers);
    return renewal();
  },
}));
const { besideFailure, deployToRing } = await import('../../../cli/src/bootstrap/deploy-to-ring.ts');

const FAILED = new BrokenError('deployment failed\n  files: not reachable', { hint: 'bring files up' });
const standby = (): Promise<never> => Promise.reject(new BrokenError('ftp: no suspended standby'));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-deploy-to-ring-'));
  outcome = DEPLOYED;
  renewal = () => Promise.resolve({ renewed: ['ftp'], serving: ['mail'] });
  asked.length = 0;
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What `deploy` says and returns for a ring of ftp, mail and web1. */
async function deployMadeRing(): Promise<{ readonly said: readonly string[]; readonly result: unknown }> {
  const file = path.join(directory, 'ring.yml');
  writeFileSync(file, inventoryText(['ftp', 'mail', 'web1']));
  const said: string[] = [];
  const options = { signal: new AbortController().signal, say: (line: string) => void said.push(line) };
  const result: unknown = await deployToRing(await loadInventory(file), options);
  return { said, result };
}

test('a deployment makes the standbys of the servers that it finished anew, and says which, and which serve', async () => {
  const { said, result } = await deployMadeRing();
  expect(asked).toEqual([['ftp', 'mail']]);
  expect(said).toEqual([
    'standbys made anew of the new original server: ftp',
    'standbys of an older original server, in service: mail; deploy again when their targets are back',
  ]);
  expect(result).toEqual({ changed: 3, hosts: {}, log: 'log', standbys: { renewed: ['ftp'], serving: ['mail'] } });
});

test('the standbys of the servers that a deployment finished are made anew although it failed on others, and it fails then', async () => {
  outcome = { ...DEPLOYED, finished: ['mail'], failure: FAILED };
  await expect(deployMadeRing()).rejects.toBe(FAILED);
  expect(asked).toEqual([['mail']]);
});

test('a standby that does not come fails a deployment in which nothing else failed', async () => {
  renewal = standby;
  await expect(deployMadeRing()).rejects.toThrow(/^ftp: no suspended standby$/);
});

test('where a deployment failed and a standby does not come either, both are told, with what to do about the first', async () => {
  const error = await besideFailure(FAILED, standby).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: 'deployment failed\n  files: not reachable\nftp: no suspended standby', hint: 'bring files up' });
});

test('a standby that does not come after a good deployment is told alone', async () => {
  await expect(besideFailure(undefined, standby)).rejects.toThrow(/^ftp: no suspended standby$/);
});

test('what succeeds beside a failure gives its result', async () => {
  expect(await besideFailure(FAILED, () => Promise.resolve('ftp'))).toBe('ftp');
});
