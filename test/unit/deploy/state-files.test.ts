import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newAnsibleLog } from '../../../cli/src/deploy/log-files.ts';
import { readUnfinished, writeUnfinished } from '../../../cli/src/deploy/unfinished.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-deploy-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('servers on which a deployment was cut off are remembered until one ends there', async () => {
  const file = path.join(directory, 'deployment-unfinished');
  expect(await readUnfinished(file)).toEqual([]);
  await writeUnfinished(file, ['mail', 'ftp']);
  expect(await readUnfinished(file)).toEqual(['mail', 'ftp']);
  await writeUnfinished(file, []);
  expect(await readUnfinished(file)).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test('twenty logs of Ansible are kept, the newest', async () => {
  mkdirSync(path.join(directory, 'logs'));
  for (let day = 10; day < 32; day += 1) writeFileSync(path.join(directory, 'logs', `ansible-2026-01-${day}T000000.000Z.log`), '');
  const log = await newAnsibleLog(directory, new Date('2026-02-01T00:00:00Z'));
  expect(log).toBe(path.join(directory, 'logs', 'ansible-2026-02-01T000000.000Z.log'));
  const kept = readdirSync(path.join(directory, 'logs')).sort();
  expect(kept).toHaveLength(19);
  expect(kept[0]).toBe('ansible-2026-01-13T000000.000Z.log');
});
