import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureExportDisk } from '../../../cli/src/lab/lab-export-disk.ts';

let diskDirectory: string;
let freed: number;
const options = { freeExport: () => Promise.resolve(void (freed += 1)) };

beforeEach(() => {
  diskDirectory = mkdtempSync(path.join(tmpdir(), 'dbss-export-'));
  freed = 0;
});
afterEach(() => rmSync(diskDirectory, { recursive: true }));

const ensure = (disk_mb: number | undefined): Promise<boolean> =>
  ensureExportDisk({ diskDirectory, exportDirectory: path.join(diskDirectory, 'export') }, disk_mb, options);

test('a lab whose inventory says nothing of a disk gets none', async () => {
  expect(await ensure(undefined)).toBe(false);
  expect(existsSync(path.join(diskDirectory, 'export.ext4'))).toBe(false);
});

test.each([512, undefined])('a disk of another size than %s is told, and no machine is switched off for it', async (disk_mb) => {
  const image = path.join(diskDirectory, 'export.ext4');
  writeFileSync(image, '');
  truncateSync(image, 256 * 1024 * 1024);
  await expect(ensure(disk_mb)).rejects.toThrow("the disk of the lab's file server has 256 MB");
  expect(freed).toBe(0);
});
