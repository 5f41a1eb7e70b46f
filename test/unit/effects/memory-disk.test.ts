import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf, MemoryDisk, type MemoryDiskContent } from '../../../agent/src/effects/memory-disk/memory-disk.ts';
import { MemoryDiskWatch } from '../../../agent/src/effects/memory-disk/memory-disk-watch.ts';
import { MANAGEMENT_FILE_NAMES } from '../../../agent/src/protocol/management-files/management-files.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dbss-disk-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function watched(): { watch: MemoryDiskWatch; told: MemoryDiskContent[]; failures: unknown[] } {
  const told: MemoryDiskContent[] = [];
  const failures: unknown[] = [];
  const watch = new MemoryDiskWatch(new MemoryDisk(directory), {
    changed: (content) => told.push(content),
    failed: (error) => failures.push(error),
  });
  return { watch, told, failures };
}

function put(name: string, content: string): void {
  writeFileSync(join(directory, name), content);
}

function putAll(): void {
  put('data/ftp.dat', 'data\n');
  for (const name of MANAGEMENT_FILE_NAMES) put(name, `${name}\n`);
}

describe('the memory disk', () => {
  test('has management files when all five are there', () => {
    const disk = new MemoryDisk(directory);
    for (const name of MANAGEMENT_FILE_NAMES) {
      expect(contentOf(disk.look()).files).toBeUndefined();
      put(name, '');
    }
    expect(contentOf(disk.look())).toEqual({
      files: { group: '', operation: '', separation: '', heartbeat: '', problem: '', data: {} },
      flag: false,
    });
  });

  test('gives management data by name and overlooks temporary files', () => {
    const disk = new MemoryDisk(directory);
    putAll();
    put('data/.ftp.dat.tmp', 'half');
    put('data/ftp.dat.tmp', 'half');
    expect(contentOf(disk.look()).files?.data).toEqual({ 'ftp.dat': 'data\n' });
  });

  test('replaces a file whole, for root only, and leaves no temporary file', () => {
    const disk = new MemoryDisk(directory);
    disk.write('group', '1 ftp ftp.dat\n');
    disk.write('data/ftp.dat', 'x\n');
    disk.write('flag', '');
    expect(readFileSync(join(directory, 'group'), 'utf8')).toBe('1 ftp ftp.dat\n');
    expect(statSync(join(directory, 'group')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['data', 'flag', 'group']);
  });

  test.each(['data/../group', 'data/.hidden.dat', 'data/x/y.dat', 'data/ftp'])('does not write %s', (name) => {
    expect(() => new MemoryDisk(directory).write(name as `data/${string}`, '')).toThrow('not a management file');
  });
});

describe('the look at the memory disk (§3.2)', () => {
  test('tells the first look, even of an empty disk', () => {
    const { watch, told } = watched();
    watch.look();
    expect(told).toEqual([{ files: undefined, flag: false }]);
  });

  test('tells what others changed, once', () => {
    const { watch, told } = watched();
    watch.look();
    putAll();
    watch.look();
    watch.look();
    put('flag', '');
    watch.look();
    rmSync(join(directory, 'flag'));
    watch.look();
    expect(told.map(({ files, flag }) => [files?.group, flag])).toEqual([
      [undefined, false],
      ['group\n', false],
      ['group\n', true],
      ['group\n', false],
    ]);
  });

  test('does not tell of files until the last one is there', () => {
    const { watch, told } = watched();
    watch.look();
    put('group', '');
    watch.look();
    expect(told).toHaveLength(1);
  });

  test("does not tell of the protocol's own writes", () => {
    const { watch, told } = watched();
    watch.look();
    for (const name of MANAGEMENT_FILE_NAMES) watch.write(name, `${name}\n`);
    watch.write('data/ftp.dat', 'x\n');
    watch.write('flag', '');
    watch.look();
    watch.write('heartbeat', 'ftp 1\n');
    watch.look();
    expect(told).toHaveLength(1);
  });

  test("tells of another's change beside one's own", () => {
    const { watch, told } = watched();
    putAll();
    watch.look();
    put('group', 'changed\n');
    watch.write('heartbeat', 'ftp 1\n');
    watch.look();
    expect(told.at(-1)?.files).toMatchObject({ group: 'changed\n', heartbeat: 'ftp 1\n' });
  });

  /** A disk on which management data cannot be written. */
  function withoutRoom(): ReturnType<typeof watched> {
    const made = watched();
    for (const name of MANAGEMENT_FILE_NAMES) put(name, `${name}\n`);
    rmSync(join(directory, 'data'), { recursive: true });
    made.watch.look();
    expect(() => made.watch.write('data/new.dat', 'new\n')).toThrow('cannot write');
    made.watch.look();
    return made;
  }

  test('writes again what could not be written, and tells nobody', () => {
    const { watch, told } = withoutRoom();
    mkdirSync(join(directory, 'data'));
    watch.look();
    expect(readFileSync(join(directory, 'data/new.dat'), 'utf8')).toBe('new\n');
    watch.look();
    expect(told).toHaveLength(1);
  });

  test('does not write over what others wrote after it could not be written', () => {
    const { watch, told } = withoutRoom();
    mkdirSync(join(directory, 'data'));
    put('data/new.dat', 'theirs\n');
    watch.look();
    watch.look();
    expect(readFileSync(join(directory, 'data/new.dat'), 'utf8')).toBe('theirs\n');
    expect(told.at(-1)?.files?.data).toEqual({ 'new.dat': 'theirs\n' });
  });

  test('reports a look that failed and goes on', () => {
    const { watch, told, failures } = watched();
    new MemoryDisk(directory);
    putAll();
    put('group', 'x'.repeat(1_100_000));
    watch.look();
    expect(failures).toHaveLength(1);
    put('group', 'group\n');
    watch.look();
    expect(told).toHaveLength(1);
  });
});
