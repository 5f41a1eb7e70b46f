import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { outdatedStandbys, readBootstrapRecord, writeBootstrapRecord } from '../../../cli/src/bootstrap/bootstrap-record.ts';
import { BrokenError } from '../../../cli/src/errors.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-bootstrap-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a standby of another original server is outdated; where nothing is recorded, nobody knows of which it is', () => {
  const record = { format: 1, standbys: { ftp: 'new', mail: 'old', gone: 'old' }, finished: undefined } as const;
  expect([...outdatedStandbys(record, ['ftp', 'mail', 'web1'], 'new')]).toEqual([
    ['mail', 'older'],
    ['web1', 'unknown'],
  ]);
});

test('without a record nothing is known of any standby', async () => {
  const record = await readBootstrapRecord(path.join(directory, 'bootstrap.json'));
  expect([...outdatedStandbys(record, ['ftp', 'mail'], 'new').values()]).toEqual(['unknown', 'unknown']);
});

test('what was recorded is read again', async () => {
  const file = path.join(directory, 'state', 'bootstrap.json');
  const record = { format: 1, standbys: { ftp: 'new' }, finished: '2026-01-01T00:00:00.000Z' } as const;
  await writeBootstrapRecord(file, record);
  expect(await readBootstrapRecord(file)).toEqual(record);
});

test.each(['{', 'null', '7', '{}', '{"format":2,"standbys":{}}', '{"format":1,"standbys":null}'])(
  'a damaged record (%s) is told with what to do',
  async (text) => {
    const file = path.join(directory, 'bootstrap.json');
    writeFileSync(file, text);
    const failure = readBootstrapRecord(file);
    await expect(failure).rejects.toThrow(BrokenError);
    await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('the next bootstrap makes the standbys anew') as unknown });
  },
);
