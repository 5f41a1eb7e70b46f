import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packTar } from '@dbss/agent/configuration/ustar.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-tar-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('files, links, directories and long paths come out of an archive as they went in', () => {
  const long = `${'directory/'.repeat(12)}file.conf`;
  const archive = packTar([
    { path: 'private', mode: 0o700 },
    { path: 'private/key', mode: 0o600, content: Buffer.from([0, 1, 255]) },
    { path: 'empty', mode: 0o644, content: '' },
    { path: 'enabled', mode: 0o777, linkTo: '../available/site' },
    { path: long, mode: 0o640, content: 'deep\n' },
  ]);
  const { status, stderr } = spawnSync('tar', ['-xf', '-', '-C', directory], { input: archive, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const at = (name: string): string => path.join(directory, name);
  expect(statSync(at('private')).mode & 0o777).toBe(0o700);
  expect([...readFileSync(at('private/key'))]).toEqual([0, 1, 255]);
  expect(readFileSync(at('empty'))).toHaveLength(0);
  expect(readlinkSync(at('enabled'))).toBe('../available/site');
  expect(readFileSync(at(long), 'utf8')).toBe('deep\n');
});

test('owners are in it by number and by name', () => {
  const owner = { uid: 13, gid: 110, user: 'proxy', group: 'ssl-cert' };
  const archive = packTar([{ path: 'a', mode: 0o600, content: 'x', owner }]);
  const list = (...options: string[]): string => spawnSync('tar', ['-tvf', '-', ...options], { input: archive, encoding: 'utf8' }).stdout;
  expect(list()).toContain('proxy/ssl-cert');
  expect(list('--numeric-owner')).toContain('13/110');
});

test.each([['x'.repeat(101)], [`${'a'.repeat(160)}/b`], [`${'d/'.repeat(90)}${'x'.repeat(101)}`]])(
  'a path without room is told: %s',
  (name) => {
    expect(() => packTar([{ path: name, mode: 0o644, content: '' }])).toThrow('too long a path for an installation procedure file');
  },
);

test('a link without room is told', () => {
  expect(() => packTar([{ path: 'l', mode: 0o777, linkTo: 'x'.repeat(101) }])).toThrow('too long a link');
});
