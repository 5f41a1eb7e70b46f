import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ImageHost, imageHash } from '../../../cli/src/image/image-hash.ts';
import { imageSources, type ImageSources } from '../../../cli/src/image/recipe.ts';

const HOST: ImageHost = { accelerator: 'tcg', qemu_version: '7.2.22', memory_mb: 512 };
let directory: string;
let sources: ImageSources;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-recipe-'));
  const shipped = imageSources();
  cpSync(shipped.recipeDirectory, directory, { recursive: true, verbatimSymlinks: true });
  sources = { ...shipped, recipeDirectory: directory };
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the same inputs give the same name in the cache', () => {
  expect(imageHash({ ...sources }, { ...HOST })).toBe(imageHash(sources, HOST));
  expect(imageHash(sources, HOST)).toMatch(/^[0-9a-f]{16}$/);
});

test.each<[string, () => string]>([
  ['the domain template', () => imageHash({ ...sources, domainTemplate: `${sources.domainTemplate} ` }, HOST)],
  ['install.sh', () => imageHash({ ...sources, installScript: `${sources.installScript}#` }, HOST)],
  ["QEMU's version", () => imageHash(sources, { ...HOST, qemu_version: '8.0.0' })],
  ['the accelerator', () => imageHash(sources, { ...HOST, accelerator: 'kvm' })],
  ['the memory', () => imageHash(sources, { ...HOST, memory_mb: 384 })],
  [
    'a file of the recipe',
    () => {
      writeFileSync(path.join(directory, 'rootfs/etc/fstab'), 'other');
      return imageHash(sources, HOST);
    },
  ],
  [
    'a new file in the recipe',
    () => {
      writeFileSync(path.join(directory, 'rootfs/etc/new'), '');
      return imageHash(sources, HOST);
    },
  ],
  [
    'whether a file of the recipe is a program',
    () => {
      chmodSync(path.join(directory, 'customize.sh'), 0o644);
      return imageHash(sources, HOST);
    },
  ],
])('another image is built when %s changes', (_what, changed) => {
  const before = imageHash(sources, HOST);
  expect(changed()).not.toBe(before);
});
