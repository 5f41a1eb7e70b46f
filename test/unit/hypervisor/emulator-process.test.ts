import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isProcessAlive } from '../../../agent/src/effects/hypervisor/emulator-process.ts';

let directory: string;
const pidFile = (): string => path.join(directory, 'dbss-standby.pid');

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-emulator-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

test('the process that the file names lives', async () => {
  writeFileSync(pidFile(), `${String(process.pid)}\n`);
  expect(await isProcessAlive(pidFile(), path.basename(process.execPath))).toBe(true);
});

test('without a file, or with one that names a process that has ended, it does not', async () => {
  expect(await isProcessAlive(pidFile(), 'node')).toBe(false);
  writeFileSync(pidFile(), `${String(2 ** 22 + 1)}\n`);
  expect(await isProcessAlive(pidFile(), 'node')).toBe(false);
});

test('another program with the same number is not taken for it', async () => {
  writeFileSync(pidFile(), `${String(process.pid)}\n`);
  expect(await isProcessAlive(pidFile(), 'qemu')).toBe(false);
});
