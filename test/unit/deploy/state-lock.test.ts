import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HOLDER_VARIABLE, withStateLock } from '../../../cli/src/deploy/state-lock.ts';
import { UserError } from '../../../cli/src/errors.ts';

let directory: string;
let inventory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-state-lock-'));
  inventory = path.join(directory, 'ring.yml');
});
afterEach(() => rmSync(directory, { recursive: true }));

const nothing = (): Promise<string> => Promise.resolve('done');

test('keys and files of an inventory are changed by one command at a time; the other one is told which, with its process', async () => {
  await withStateLock(inventory, 'dbssctl keys rotate', async () => {
    const second = withStateLock(inventory, 'dbssctl deploy', nothing);
    await expect(second).rejects.toThrow(UserError);
    await expect(withStateLock(inventory, 'dbssctl deploy', nothing)).rejects.toThrow(
      `dbssctl keys rotate (process ${process.pid}) is at work on the keys and files of ${inventory}`,
    );
  });
  await expect(withStateLock(inventory, 'dbssctl deploy', nothing)).resolves.toBe('done');
});

test('another inventory has a lock of its own, the same one by another way to it does not', async () => {
  symlinkSync(directory, path.join(directory, 'link'));
  await withStateLock(inventory, 'dbssctl keys rotate', async () => {
    await expect(withStateLock(path.join(directory, 'other.yml'), 'dbssctl deploy', nothing)).resolves.toBe('done');
    await expect(withStateLock(path.join(directory, 'link/ring.yml'), 'dbssctl deploy', nothing)).rejects.toThrow('at work');
  });
});

test('the directory may lie as deep as it likes', async () => {
  const deep = path.join(directory, 'd'.repeat(100), 'e'.repeat(100), 'ring.yml');
  await expect(withStateLock(deep, 'dbssctl deploy', nothing)).resolves.toBe('done');
});

test('what a playbook runs works under the lock of the dbssctl that runs the playbook, and of no other', async () => {
  await withStateLock(inventory, 'dbssctl deploy', async () => {
    const under = (holder: string): Promise<string> =>
      withStateLock(inventory, 'dbssctl generate', nothing, { environment: { [HOLDER_VARIABLE]: holder } });
    await expect(under(String(process.pid))).resolves.toBe('done');
    for (const other of [String(process.ppid), '', 'yes', '1', `${process.pid}0`]) await expect(under(other)).rejects.toThrow(UserError);
  });
});

test('told of a holder that is gone, it takes the lock itself', async () => {
  const environment = { [HOLDER_VARIABLE]: String(process.ppid) };
  await withStateLock(
    inventory,
    'dbssctl generate',
    async () => {
      await expect(withStateLock(inventory, 'dbssctl deploy', nothing)).rejects.toThrow('dbssctl generate (process');
    },
    { environment },
  );
});

test('the lock of a process that was killed is free', async () => {
  const module = path.resolve(import.meta.dirname, '../../../cli/src/deploy/state-lock.ts');
  const script = `const { withStateLock } = await import(${JSON.stringify(module)});
    await withStateLock(${JSON.stringify(inventory)}, 'dbssctl deploy', () => new Promise(() => { process.stdout.write('held'); setInterval(() => {}, 1e6); }));`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  await expect(withStateLock(inventory, 'dbssctl generate', nothing)).rejects.toThrow(`dbssctl deploy (process ${holder.pid})`);
  holder.kill('SIGKILL');
  await ended;
  await expect(withStateLock(inventory, 'dbssctl generate', nothing)).resolves.toBe('done');
});
