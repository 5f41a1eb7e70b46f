import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { imageSources } from '../../../cli/src/image/recipe.ts';
import { rehearsalProcedure, rehearsalScript } from '../../../cli/src/image/rehearsal.ts';

const sources = imageSources();

test('§3.1: the rehearsal runs the same install.sh as a real installation procedure', () => {
  const archive = gunzipSync(rehearsalProcedure(sources)).toString('latin1');
  expect(archive).toContain('install.sh');
  expect(archive).toContain('report step storage');
});

test('the rehearsal starts every daemon that the recipe names, and mounts from the guest itself', () => {
  const archive = gunzipSync(rehearsalProcedure(sources)).toString('latin1');
  expect(archive).toContain(`DAEMONS='${sources.recipe.rehearsed_daemons.join(' ')}'`);
  expect(archive).toContain("STORAGE_SOURCE='127.0.0.1:/'");
});

test('the rehearsal is the same bytes each time: it is part of what the image is named after', () => {
  expect(rehearsalProcedure(sources).equals(rehearsalProcedure(sources))).toBe(true);
});

test('what is saved for many hosts holds nothing unique: the build leaves its rehearsal pristine', () => {
  expect(rehearsalScript(1)).toMatch(/pristine; \. \/usr\/lib\/dbss\/leave-rehearsal$/);
});

test('the user of the rehearsal works on what is mounted, and its configuration is that of the recipe', () => {
  const archive = gunzipSync(rehearsalProcedure(sources)).toString('latin1');
  expect(archive).toContain('rehearsal:x:1000:1000::/srv/rehearsal/home:/bin/sh');
  expect(sources.rehearsalFiles.map((file) => file.path)).toEqual(['etc/dovecot/local.conf', 'etc/hosts', 'etc/postfix/main.cf']);
  for (const { path: file, text } of sources.rehearsalFiles) {
    expect(archive).toContain(`rootfs/${file}`);
    expect(archive).toContain(text);
  }
});

test('the rehearsal brings nothing but what it names, so that all of it can be taken away again', () => {
  const tar = (...args: string[]): string => execFileSync('tar', args, { input: rehearsalProcedure(sources), encoding: 'utf8' });
  const brought = tar('-tz')
    .split('\n')
    .filter((name) => name.startsWith('rootfs/'));
  expect(brought.map((name) => name.slice('rootfs/'.length))).toEqual(tar('-xzO', 'files').trimEnd().split('\n'));
});
