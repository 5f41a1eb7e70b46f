import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { ConfigurationFiles } from '../../../../agent/src/effects/procedure/configuration-files.ts';
import { destinationOf } from '../../../../agent/src/effects/procedure/links.ts';
import { makeEachServer, surveyOf, unpackedOf } from './made-server.ts';

const made = makeEachServer();

test("one to an administrator's file elsewhere is captured with what lies there, and a renewal of it is a change", async () => {
  made.server.write('etc/ssl/private/site.key', 'the key\n', 0o640);
  made.server.link('etc/vsftpd/site.key', '/etc/ssl/private/site.key');
  const { stamp } = await made.procedures.capture(1, undefined);
  const { read, names } = await unpackedOf(made);
  expect(read('rootfs/etc/vsftpd/site.key')).toBe('the key\n');
  expect(names).not.toContain('rootfs/etc/ssl/private/site.key');
  made.server.write('etc/ssl/private/site.key', 'another key\n', 0o640);
  expect((await surveyOf(made.procedures, stamp.digest)).differences).toEqual(['/etc/vsftpd/site.key']);
});

test('one to a captured file stays a link, and so does one to a file of a package, of accounts, or on the shared storage', async () => {
  const targets = ['chroot', '/usr/share/vsftpd/banner', '../passwd', '/srv/data/banner', '/etc/site/banner'];
  made.server.write('etc/vsftpd/chroot', 'x\n');
  made.server.write('usr/share/vsftpd/banner', 'of the package\n');
  made.server.write('srv/data/banner', 'of the storage\n');
  made.server.link('etc/site', '/srv/data');
  for (const [index, target] of targets.entries()) made.server.link(`etc/vsftpd/link${String(index)}`, target);
  await made.procedures.capture(1, undefined);
  const { links } = await unpackedOf(made);
  expect(links.filter((path) => path.startsWith('rootfs/etc/vsftpd/link'))).toHaveLength(targets.length);
});

test('one to a directory of which nothing is captured is told', async () => {
  made.server.write('opt/site/extra.conf', 'x\n');
  made.server.link('etc/vsftpd/extra', '/opt/site');
  const { contents } = await made.procedures.capture(1, undefined);
  expect(contents.notices).toContainEqual(
    '/etc/vsftpd/extra is a link to /opt/site, a directory that is not captured: add it to dbss_capture.paths where the virtual server needs it',
  );
});

test('a loop of links, and a link to nothing, stay as they are', async () => {
  made.server.link('etc/vsftpd/one', 'two');
  made.server.link('etc/vsftpd/two', 'one');
  made.server.link('etc/vsftpd/nothing', '/etc/nothing');
  await made.procedures.capture(1, undefined);
  expect((await unpackedOf(made)).links).toEqual(
    expect.arrayContaining(['one', 'two', 'nothing'].map((name) => `rootfs/etc/vsftpd/${name}`)),
  );
});

test('one to a file that is too large for a procedure stays a link and is told', async () => {
  made.server.write('opt/lists/big', Buffer.alloc(5_000_000, 'x'));
  made.server.link('etc/vsftpd/big', '/opt/lists/big');
  const { contents } = await made.procedures.capture(1, undefined);
  expect(contents.notices.join()).toContain('/etc/vsftpd/big is a link to /opt/lists/big, which is too large for a procedure');
  expect((await unpackedOf(made)).links).toContain('rootfs/etc/vsftpd/big');
});

test('one that leads elsewhere now, to an older file, is a change of today', async () => {
  made.server.write('opt/site/one', 'one\n');
  made.server.write('opt/site/two', 'two\n');
  made.server.link('opt/site/current', 'one');
  made.server.link('etc/vsftpd/site', '/opt/site/current');
  const { stamp } = await made.procedures.capture(1, undefined);
  await until(() => Date.now() > statSync(path.join(made.server.directory, 'opt/site/two')).ctimeMs + 20);
  made.server.restarted_ms = Date.now();
  await until(() => Date.now() > made.server.restarted_ms + 20);
  rmSync(path.join(made.server.directory, 'opt/site/current'));
  made.server.link('opt/site/current', 'two');
  const survey = await surveyOf(made.procedures, stamp.digest);
  expect(survey).toMatchObject({ differences: ['/etc/vsftpd/site'], unread: [expect.stringContaining('/etc/vsftpd/site')] });
});

test('one that the inventory wants captured is there although what it led to before is not', async () => {
  made.server.write('opt/site/one', 'one\n');
  made.server.write('opt/site/two', 'two\n');
  made.server.link('etc/site', '/opt/site/one');
  made.open({ capture: { paths: ['/etc/site'], excludes: [] } });
  const { stamp } = await made.procedures.capture(1, undefined);
  for (const name of ['etc/site', 'opt/site/one']) rmSync(path.join(made.server.directory, name));
  made.server.link('etc/site', '/opt/site/two');
  expect((await surveyOf(made.procedures, stamp.digest)).differences).toEqual(['/etc/site']);
});

test('one that is put in the place of a file between the look and the reading gets at nothing', async () => {
  made.server.write('opt/app/conf', 'x\n');
  made.server.write('etc/secret', 'y\n', 0o600);
  made.server.link('etc/vsftpd/app', '/opt/app/conf');
  const changed = jest.spyOn(ConfigurationFiles.prototype, 'look').mockImplementation(async function (this: ConfigurationFiles, ...args) {
    changed.mockRestore();
    const found = await this.look(...args);
    rmSync(path.join(made.server.directory, 'opt/app/conf'));
    made.server.link('opt/app/conf', '../../etc/secret');
    return found;
  });
  await expect(made.procedures.capture(1, undefined)).rejects.toThrow('/etc/vsftpd/app cannot be read');
});

describe('where a path leads', () => {
  const leads = async (to: string, foreign: readonly string[] = []): Promise<string | undefined> => {
    made.server.link('etc/link', to);
    return (await destinationOf(made.server.directory, 'etc/link', foreign))?.path;
  };
  beforeEach(() => {
    made.server.write('opt/a/b/file', 'x');
    made.server.link('opt/c', 'a/b');
  });

  test.each([
    ['links on the way count, and .. is that of where they lead', '../opt/c/../b/file', 'opt/a/b/file'],
    ['slashes and dots in between do not', '/opt//./a/b/file', 'opt/a/b/file'],
    ['nothing is above the root', '../../../../opt/a/b/file', 'opt/a/b/file'],
    ['the root itself', '/', ''],
    ['nothing lies there', '/opt/d', undefined],
    ['a file is no directory', '/opt/a/b/file/x', undefined],
  ])('%s', async (_what, to, led) => {
    expect(await leads(to)).toBe(led);
  });

  test('nowhere below a mount point that may hang, also by links on the way', async () => {
    expect(await leads('/opt/c/file', ['opt/a'])).toBeUndefined();
  });
});

async function until(isOver: () => boolean): Promise<void> {
  while (!isOver()) await new Promise((resolve) => setImmediate(resolve));
}
