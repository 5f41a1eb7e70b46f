import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCopyFile } from '../../../agent/src/effects/local-copy/local-copy-file.ts';

let directory: string;
let path: string;
let failures: unknown[];
let copy: LocalCopyFile;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dbss-copy-'));
  path = join(directory, 'management', 'copy.json');
  failures = [];
  copy = new LocalCopyFile(path, (error) => failures.push(error));
});

afterEach(() => {
  copy.close();
  rmSync(directory, { recursive: true });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

test('a copy that was never written is none', async () => {
  expect(await copy.read()).toBeUndefined();
});

test('the last of several contents is the one that stays, readable by root alone', async () => {
  for (const content of ['one', 'two', 'three']) copy.write(content);
  await until(() => readIfThere() === 'three');
  expect(await copy.read()).toBe('three');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(failures).toEqual([]);
});

test('what cannot be written is told, and the next write is tried again', async () => {
  writeFileSync(join(directory, 'management'), 'in the way');
  copy.write('one');
  await until(() => failures.length > 0);
  rmSync(join(directory, 'management'));
  copy.write('two');
  await until(() => readIfThere() === 'two');
});

test('a copy that is unreasonably large is told and not read', async () => {
  mkdirSync(join(directory, 'management'));
  writeFileSync(path, '');
  chmodSync(path, 0o600);
  truncateSync(path, 5_000_000);
  await expect(copy.read()).rejects.toThrow('larger than');
});

function readIfThere(): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
