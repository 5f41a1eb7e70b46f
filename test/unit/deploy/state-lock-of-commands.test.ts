import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Config } from '@oclif/core/config';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { withStateLock } from '../../../cli/src/deploy/state-lock.ts';
import { inventoryText } from '../inventory/made-inventory.ts';

/** What would change keys and files, replaced by what only tells that it was called. */
const called: string[] = [];
const stepped = (name: string): { steps: readonly unknown[]; result: object } => ({
  steps: [{ title: name, run: () => Promise.resolve(`${called.push(name)}`) }],
  result: { servers: [], machines: [] },
});
jest.unstable_mockModule('../../../cli/src/bootstrap/bootstrap.ts', () => ({ bootstrapSteps: () => stepped('bootstrap') }));
jest.unstable_mockModule('../../../cli/src/keys/rotation/rotate-keys.ts', () => ({ rotationSteps: () => stepped('rotate') }));
jest.unstable_mockModule('../../../cli/src/bootstrap/deploy-to-ring.ts', () => ({
  deployToRing: () => Promise.resolve({ changed: called.push('deploy'), log: '' }),
}));
jest.unstable_mockModule('../../../cli/src/generate/generate.ts', () => ({
  generate: () => Promise.resolve({ keys: [], changed: [], removed: [], unchanged: called.push('generate'), advice: [], directory: '' }),
}));
jest.unstable_mockModule('../../../cli/src/image/build-image.ts', () => ({
  buildImage: () => Promise.resolve({ directory: '', rebuilt: called.push('image') > 0 }),
}));
jest.unstable_mockModule('../../../cli/src/bootstrap/link-original-server.ts', () => ({ linkOriginalServer: () => Promise.resolve() }));

let config: Config;
let directory: string;
let inventory: string;
let written = '';

beforeAll(async () => {
  config = await Config.load({ root: path.resolve(import.meta.dirname, '../../../cli'), ignoreManifest: true });
});
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-state-lock-'));
  inventory = path.join(directory, 'ring.yml');
  writeFileSync(inventory, inventoryText(['ftp', 'mail', 'web1']));
  called.length = 0;
  written = '';
  jest.spyOn(console, 'log').mockImplementation((text) => void (written += `${String(text)}\n`));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(directory, { recursive: true });
});

interface Runnable {
  run(argv: string[], config: Config): Promise<unknown>;
}

const COMMANDS: readonly [name: string, file: string, argv: readonly string[]][] = [
  ['deploy', 'deploy.ts', ['-i']],
  ['bootstrap', 'bootstrap.ts', []],
  ['generate', 'generate.ts', ['-i']],
  ['rotate', 'keys/rotate.ts', ['-i']],
  ['image', 'image/build.ts', ['-i']],
];

test.each(COMMANDS)('%s does its work under the lock of the inventory', async (name, file, argv) => {
  const { default: command } = (await import(`../../../cli/src/commands/${file}`)) as { default: Runnable };
  const words = [...argv, inventory, '--json'];
  await withStateLock(inventory, 'dbssctl something', () => command.run(words, config));
  expect(called).toEqual([]);
  expect(process.exitCode).toBe(2);
  expect(JSON.parse(written)).toMatchObject({
    error: { kind: 'user', message: expect.stringMatching(/^dbssctl something \(process \d+\) is at work/) as unknown },
  });
  process.exitCode = undefined;
  await command.run(words, config);
  expect(called).toEqual([name]);
  expect(readdirSync(directory).sort()).toEqual(['.dbss', 'ring.yml']);
});
