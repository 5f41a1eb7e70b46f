import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { BrokenError, UserError } from '../../../cli/src/errors.ts';
import { openLogFile } from '../../../cli/src/lab/client/log-file.ts';

test('lines are appended to what is there', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'dbss-log-'));
  const file = path.join(directory, 'access.log');
  writeFileSync(file, 'earlier\n');
  const log = openLogFile(file);
  log.append('12:00:00.00 OK');
  log.close();
  expect(readFileSync(file, 'utf8')).toBe('earlier\n12:00:00.00 OK\n');
  rmSync(directory, { recursive: true });
});

test('a file that cannot be opened is told before anything begins', () => {
  expect(() => openLogFile('/no/such/directory/access.log')).toThrow(UserError);
});

test('a disk that is full ends the log, and its closing says so', () => {
  const log = openLogFile('/dev/full');
  log.append('12:00:00.00 OK');
  expect(log.failed.aborted).toBe(true);
  log.append('12:00:01.00 OK');
  expect(log.close).toThrow(BrokenError);
});
