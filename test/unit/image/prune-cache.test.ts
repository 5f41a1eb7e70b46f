import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isUnderLabMachine, noteUse, pruneCache } from '../../../cli/src/image/prune-cache.ts';

const HASHES = ['0123456789abcde0', '0123456789abcde1', '0123456789abcde2', '0123456789abcde3'];
let cache: string;
const at = (name: string): string => path.join(cache, name);

/** Cached in this order, an hour apart. */
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'dbss-cache-'));
  for (const [index, hash] of HASHES.entries()) {
    mkdirSync(at(hash));
    writeFileSync(path.join(at(hash), 'disk'), 'x');
    noteUse(at(hash));
    utimesSync(`${at(hash)}.used`, 3_600 * index, 3_600 * index);
  }
});
afterEach(() => {
  rmSync(cache, { recursive: true });
});

const nothingInUse = (): boolean => false;

describe('the cache', () => {
  test('keeps the two that were used last', async () => {
    expect(await pruneCache(cache, nothingInUse)).toEqual([at(HASHES[1] ?? ''), at(HASHES[0] ?? '')]);
    expect(readdirSync(cache).sort()).toEqual([HASHES[2], `${HASHES[2] ?? ''}.used`, HASHES[3], `${HASHES[3] ?? ''}.used`]);
  });

  test('keeps an old one that was used again', async () => {
    noteUse(at(HASHES[0] ?? ''));
    await pruneCache(cache, nothingInUse);
    expect(readdirSync(cache)).toEqual(expect.arrayContaining([HASHES[0], HASHES[3]]));
  });

  test('never loses one that is in use, however old', async () => {
    expect(await pruneCache(cache, (directory) => directory === at(HASHES[0] ?? ''))).toEqual([at(HASHES[1] ?? '')]);
  });

  test('loses nothing that is not cached by a hash', async () => {
    mkdirSync(at('.building-1-2'));
    writeFileSync(at('accelerator.json'), '{}');
    await pruneCache(cache, nothingInUse);
    expect(readdirSync(cache)).toEqual(expect.arrayContaining(['.building-1-2', 'accelerator.json']));
  });
});

test('a root filesystem is in use while a lab has a machine on it, be the machine on or off', () => {
  const machine = path.join(cache, 'lab-1/machines/ftp');
  mkdirSync(machine, { recursive: true });
  writeFileSync(path.join(machine, 'machine.conf'), `machine='ftp'\nbase='${at('a')}'\nupper='/u'\n`);
  expect(isUnderLabMachine(at('a'), cache)).toBe(true);
  expect(isUnderLabMachine(at('b'), cache)).toBe(false);
  expect(isUnderLabMachine(at(''), cache)).toBe(false);
  expect(isUnderLabMachine(at('a'), path.join(cache, 'no-lab'))).toBe(false);
});
