import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linkOriginalServer } from '../../../cli/src/bootstrap/link-original-server.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-link-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the original server is named beside an inventory of which nothing has been generated yet, and anew after another build', async () => {
  const state = path.join(directory, '.dbss/lab');
  const link = path.join(state, 'original-server');
  await linkOriginalServer(link, '/cache/one');
  expect(readlinkSync(link)).toBe('/cache/one');
  expect(statSync(state).mode & 0o777).toBe(0o700);
  await linkOriginalServer(link, '/cache/two');
  expect(readlinkSync(link)).toBe('/cache/two');
  expect(readdirSync(state)).toEqual(['original-server']);
});
