import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeGenerated } from '../../../cli/src/generate/write-generated.ts';

let root: string;

beforeEach(() => {
  root = path.join(mkdtempSync(path.join(tmpdir(), 'dbss-write-')), 'generated');
});
afterEach(() => {
  rmSync(path.dirname(root), { recursive: true });
});

const FILES = [
  { path: 'management/group', content: '1 a a.dat\n', mode: 0o644 },
  { path: 'hosts/a/vars.json', content: Buffer.from('{}'), mode: 0o600 },
];

test('files are written with their permissions, and a second time nothing changes', async () => {
  expect(await writeGenerated(root, FILES)).toEqual({ changed: ['management/group', 'hosts/a/vars.json'], removed: [], unchanged: 0 });
  expect(readFileSync(path.join(root, 'management/group'), 'utf8')).toBe('1 a a.dat\n');
  expect(statSync(path.join(root, 'hosts/a/vars.json')).mode & 0o777).toBe(0o600);
  expect(statSync(root).mode & 0o777).toBe(0o700);
  expect(await writeGenerated(root, FILES)).toEqual({ changed: [], removed: [], unchanged: 2 });
});

test('what differs in content or permissions is written again, and nothing else', async () => {
  await writeGenerated(root, FILES);
  writeFileSync(path.join(root, 'management/group'), 'something else');
  expect(await writeGenerated(root, FILES)).toMatchObject({ changed: ['management/group'], unchanged: 1 });
  chmodSync(path.join(root, 'hosts/a/vars.json'), 0o644);
  expect(await writeGenerated(root, FILES)).toMatchObject({ changed: ['hosts/a/vars.json'], unchanged: 1 });
});

test('what no longer belongs there is removed, with directories left empty and files left unfinished', async () => {
  await writeGenerated(root, FILES);
  writeFileSync(path.join(root, 'management/.unfinished-0a0b'), '');
  const report = await writeGenerated(root, FILES.slice(0, 1));
  expect(report).toEqual({ changed: [], removed: ['hosts/a/vars.json', 'management/.unfinished-0a0b'], unchanged: 1 });
  expect(readdirSync(root)).toEqual(['management']);
});

test('a file may take the place of a directory', async () => {
  mkdirSync(path.join(root, 'management/group/old'), { recursive: true });
  expect(await writeGenerated(root, FILES.slice(0, 1))).toMatchObject({ changed: ['management/group'] });
});
