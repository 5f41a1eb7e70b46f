import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const PAGES = Object.keys(JSON.parse(readFileSync(path.join(root, 'cli/dist/help-pages.json'), 'utf8')) as object);

function dbssctl(...words: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(path.join(root, 'cli/bin/dbssctl'), words, { encoding: 'utf8' });
}

/** A second `--help` is more than the pages know: oclif answers. */
function fromOclif(words: readonly string[]): string {
  return dbssctl(...words, '--help', '--help').stdout;
}

test('there is a page for dbssctl itself, for every topic and for every command', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['', 'lab', 'lab up', 'ring', 'ring show', 'bootstrap', 'keys rotate']));
  expect(dbssctl('no-such-command', '--help').status).toBe(2);
  expect(dbssctl('toString', '--help').status).toBe(2);
});

test.each(PAGES.map((page) => [page]))('the page of "dbssctl %s" is what oclif prints', (page) => {
  const words = page === '' ? [] : page.split(' ');
  const { status, stdout, stderr } = dbssctl(...words, '--help');
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: fromOclif(words), stderr: '' });
  expect(dbssctl(...words, '-h').stdout).toBe(stdout);
});

test('dbssctl without words shows its page', () => {
  expect(dbssctl().stdout).toBe(dbssctl('--help').stdout);
});

test('on a terminal headings are bold, and a narrow one gets lines that fit', () => {
  const shown = (columns: number): string =>
    spawnSync('script', ['-qec', `stty cols ${columns}; ${path.join(root, 'cli/bin/dbssctl')} --help`, '/dev/null'], {
      encoding: 'utf8',
      // Not what a CI says of its terminals.
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color' },
    }).stdout;
  expect(shown(100)).toContain('\u001b[1mUSAGE\u001b[22m');
  expect(
    Math.max(
      ...shown(60)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThan(80);
});
