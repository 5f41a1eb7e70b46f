import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { fileFingerprint } from '@dbss/agent/configuration/original-server-contents.ts';
import { ConfigurationFiles } from '../../../../agent/src/effects/procedure/configuration-files.ts';
import type { Procedures } from '../../../../agent/src/effects/procedure/procedures.ts';
import type { SealKeys } from '../../../../agent/src/effects/procedure/sealed-procedure.ts';
import { MadeServer, sealKeysOf, settingsFor, surveyOf } from './made-server.ts';

let keys: Readonly<Record<string, SealKeys>>;
let server: MadeServer;
let procedures: Procedures;

beforeAll(async () => {
  keys = await sealKeysOf(['mail', 'ftp']);
});
beforeEach(() => {
  server = new MadeServer();
  procedures = open();
});
afterEach(() => server.remove());

function open(changes: Parameters<MadeServer['procedures']>[1] = {}): Procedures {
  return server.procedures(keys['ftp']!, changes);
}

/** What the newest version brings, unpacked as a virtual server does it. */
async function unpacked(): Promise<{ read: (file: string) => string; names: readonly string[] }> {
  const { versions } = await procedures.versionsOf('ftp');
  const directory = path.join(server.directory, 'unpacked');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const { status, stderr } = spawnSync('tar', ['-xzf', '-', '-C', directory], { input: versions[0]!.archive, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const names = readdirSync(directory, { recursive: true }).map(String).sort();
  return { read: (file) => readFileSync(path.join(directory, file), 'utf8'), names };
}

test('§3.1: what is captured are the configuration of the daemons, accounts, settings and the script of the original server', async () => {
  const { stamp, contents } = await procedures.capture(3, undefined);
  expect(stamp).toMatchObject({ server: 'ftp', epoch: 3 });
  expect(contents).toMatchObject({ files: 2, packages: ['vsftpd'], users: ['alice', 'bob'], groups: ['alice', 'bob'] });
  const { read, names } = await unpacked();
  expect(names).toEqual(expect.arrayContaining(['install.sh', 'procedure.conf', 'rootfs/etc/hosts', 'rootfs/etc/vsftpd.conf']));
  expect(read('rootfs/etc/vsftpd.conf')).toBe('listen=YES\n');
  expect(read('procedure.conf')).toContain("VERSION='3'\n");
  expect(read('shadow')).toBe('alice:$6$hash-of-alice:1::::::\nbob:!:1::::::\n');
  expect(read('members')).toBe('ssl-cert alice\n');
});

test('what the original server has as it is, is left out; what it has and the server has not, is taken away', async () => {
  const sha256 = createHash('sha256').update('127.0.0.1 localhost\n').digest('hex');
  // The files of this test belong to whoever runs it.
  const owner = process.getuid?.() === 0 ? 'root' : String(process.getuid?.());
  const group = process.getgid?.() === 0 ? 'root' : String(process.getgid?.());
  server.original = {
    ...server.original,
    files: { 'etc/hosts': fileFingerprint({ mode: 0o644, user: owner, group, sha256 }), 'etc/ftpusers': 'any', 'etc/other': 'any' },
  };
  procedures = open();
  const { contents } = await procedures.capture(1, undefined);
  expect(contents).toMatchObject({ files: 1, removed: ['etc/ftpusers'] });
  expect((await unpacked()).read('files')).toBe('etc/vsftpd.conf\netc/ftpusers\n');
});

test('the same configuration gives the same digest, and another one is told with its path', async () => {
  const { stamp } = await procedures.capture(1, undefined);
  expect(await surveyOf(procedures, stamp.digest)).toMatchObject({ digest: stamp.digest, differences: [] });
  server.write('etc/vsftpd.conf', 'listen=YES\nftpd_banner=new\n');
  server.write('etc/vsftpd.user_list', 'alice\n');
  const survey = await surveyOf(procedures, stamp.digest);
  expect(survey.differences).toEqual(['/etc/vsftpd.conf', '/etc/vsftpd.user_list']);
  expect(survey.digest).not.toBe(stamp.digest);
  await expect(procedures.capture(2, stamp.digest)).rejects.toThrow('the configuration has just been changed again');
  expect((await procedures.capture(2, survey.digest)).stamp.digest).toBe(survey.digest);
});

test('a file that is changed between the look and the archive is an error, and a later capture gets it as it is then', async () => {
  const file = path.join(server.directory, 'etc/vsftpd.conf');
  const { atime, mtime } = statSync(file);
  const survey = await surveyOf(procedures, undefined);
  const changed = jest.spyOn(ConfigurationFiles.prototype, 'look').mockImplementation(async function (this: ConfigurationFiles, ...args) {
    changed.mockRestore();
    const found = await this.look(...args);
    server.write('etc/vsftpd.conf', 'listen=NO!\n');
    utimesSync(file, atime, mtime);
    return found;
  });
  await expect(procedures.capture(1, survey.digest)).rejects.toThrow('/etc/vsftpd.conf has just been changed again');
  expect(await procedures.list()).toEqual([]);
  await procedures.capture(1, (await surveyOf(procedures, undefined)).digest);
  expect((await unpacked()).read('rootfs/etc/vsftpd.conf')).toBe('listen=NO!\n');
});

test('the content of a file that kept its size and time is read again when the file was replaced', async () => {
  const { stamp } = await procedures.capture(1, undefined);
  const file = path.join(server.directory, 'etc/vsftpd.conf');
  const { atime, mtime } = statSync(file);
  server.write('etc/vsftpd.conf', 'listen=NO!\n');
  utimesSync(file, atime, mtime);
  expect((await surveyOf(procedures, stamp.digest)).differences).toEqual(['/etc/vsftpd.conf']);
});

test('a password, an account and a permission are changes, too, and no hash of a password is in what is told', async () => {
  const { stamp } = await procedures.capture(1, undefined);
  server.write('etc/shadow', 'root:*:1::::::\nalice:$6$other:1::::::\nbob:!:1::::::\n');
  chmodSync(path.join(server.directory, 'etc/vsftpd.conf'), 0o600);
  const { differences } = await surveyOf(procedures, stamp.digest);
  expect(differences).toEqual(['/etc/vsftpd.conf', 'user alice']);
});

test('a daemon that was not restarted since its file was changed is named with the file', async () => {
  const { stamp } = await procedures.capture(1, undefined);
  server.restarted_ms = Date.now() - 60_000;
  server.write('etc/vsftpd.conf', 'listen=broken\n');
  const before = await surveyOf(procedures, stamp.digest);
  expect(before.unread).toEqual(['vsftpd has been neither restarted nor reloaded since /etc/vsftpd.conf was changed']);
  server.restarted_ms = Date.now() + 60_000;
  expect((await surveyOf(procedures, stamp.digest)).unread).toEqual([]);
});

test('before the first capture a new name of a file elsewhere, as a backup makes it, is no change of it', async () => {
  const file = path.join(server.directory, 'etc/vsftpd.conf');
  const long_ago = new Date(Date.now() - 3_600_000);
  utimesSync(file, long_ago, long_ago);
  linkSync(file, path.join(server.directory, 'backup'));
  server.restarted_ms = Date.now() - 60_000;
  expect((await surveyOf(procedures, undefined)).unread).toEqual([]);
  const { stamp } = await procedures.capture(1, undefined);
  linkSync(file, path.join(server.directory, 'backup of another day'));
  expect((await surveyOf(procedures, stamp.digest)).differences).toEqual([]);
});

test('a file that was moved into its place with an old time of its content has not been read', async () => {
  const { stamp } = await procedures.capture(1, undefined);
  server.restarted_ms = Date.now() - 60_000;
  server.write('etc/vsftpd.conf', 'listen=NO\n');
  const long_ago = new Date(Date.now() - 3_600_000);
  utimesSync(path.join(server.directory, 'etc/vsftpd.conf'), long_ago, long_ago);
  expect((await surveyOf(procedures, stamp.digest)).unread).toHaveLength(1);
});

test('a key that the configuration names comes with it, also through links; one that only a comment names does not', async () => {
  server.write('etc/letsencrypt/archive/site/key1.pem', 'the key\n', 0o600);
  server.link('etc/letsencrypt/live/site/key.pem', '../../archive/site/key1.pem');
  server.write('etc/ssl/private/old.key', 'old\n', 0o600);
  server.write('etc/vsftpd.conf', 'rsa_private_key_file=/etc/letsencrypt/live/site/key.pem\n# was /etc/ssl/private/old.key\n');
  await procedures.capture(1, undefined);
  const { read, names } = await unpacked();
  expect(read('rootfs/etc/letsencrypt/live/site/key.pem')).toBe('the key\n');
  expect(names).not.toContain('rootfs/etc/ssl/private/old.key');
});

test('where systemd-resolved answers, the name servers that it asks are captured', async () => {
  server.write('run/systemd/resolve/stub-resolv.conf', 'nameserver 127.0.0.53\n');
  server.write('run/systemd/resolve/resolv.conf', 'nameserver 198.18.0.1\n');
  server.link('etc/resolv.conf', '../run/systemd/resolve/stub-resolv.conf');
  await procedures.capture(1, undefined);
  expect((await unpacked()).read('rootfs/etc/resolv.conf')).toBe('nameserver 198.18.0.1\n');
});

test("the virtual servers' mount point takes the place of the real one in texts, links and homes", async () => {
  server.write('etc/vsftpd.conf', 'local_root=/srv/data/www\nother=/srv/database /old/srv/data\nlast=/srv/data\n');
  server.link('etc/vsftpd/site', '/srv/data/site');
  await procedures.capture(1, undefined);
  const { read } = await unpacked();
  expect(read('rootfs/etc/vsftpd.conf')).toBe('local_root=/srv/dbss/www\nother=/srv/database /old/srv/data\nlast=/srv/dbss\n');
  expect(read('passwd')).toContain('alice:x:2001:2001::/srv/dbss/home/alice:/bin/bash\n');
});

test('a mount point in something that is no text is an error that says what to do', async () => {
  server.write('etc/vsftpd/table.db', Buffer.from('\0\0/srv/data/x\0'));
  await expect(procedures.capture(1, undefined)).rejects.toThrow('/etc/vsftpd/table.db holds the mount point /srv/data and is no text');
});

test('what the inventory adds is captured, and what it excludes is not', async () => {
  server.write('etc/site/motd', 'hello\n');
  server.write('etc/site/cache/big', 'x');
  procedures = open({ capture: { paths: ['/etc/site'], excludes: ['/etc/site/cache'] } });
  await procedures.capture(1, undefined);
  const { names } = await unpacked();
  expect(names).toContain('rootfs/etc/site/motd');
  expect(names).not.toContain('rootfs/etc/site/cache/big');
});

test('what tells machines apart, the keys of the ring and the files of accounts are not captured, whoever asks for them', async () => {
  server.write('etc/dbss/tls/server.key', 'the key');
  server.write('etc/machine-id', 'of the real server');
  server.write('etc/motd', 'hello\n');
  procedures = open({ capture: { paths: ['/etc'], excludes: [] } });
  await procedures.capture(1, undefined);
  const { names } = await unpacked();
  expect(names).toContain('rootfs/etc/motd');
  expect(names.filter((name) => /rootfs\/etc\/(dbss|machine-id|passwd|shadow|group)/.test(name))).toEqual([]);
});

test('an account of the system that a setting names comes with it; one that stands in a comment or a list does not', async () => {
  const accounts = ['spare', 'web', 'kept-out', 'mysql'].map((name, index) => `${name}:x:${String(104 + index)}:13::/:/bin/false\n`);
  server.original = { ...server.original, passwd: `${server.original.passwd}sshd:x:104:65534::/:/bin/false\n` };
  server.append('etc/passwd', `guests:x:997:996::/srv/data/guests:/usr/sbin/nologin\n${accounts.join('')}`);
  server.append('etc/group', 'guests:x:996:\n');
  server.write('etc/hosts', '198.18.0.13 web\n');
  server.write('etc/ftpusers', 'kept-out\nspare\n');
  server.write('etc/vsftpd.conf', '# nopriv_user=spare\nguest_username=guests\nuserlist_file=mysql:/etc/web\nDenyUsers web\n');
  const { contents } = await procedures.capture(1, undefined);
  expect(contents).toMatchObject({ users: ['alice', 'bob', 'guests'], groups: ['alice', 'bob', 'guests'] });
  expect((await unpacked()).read('passwd')).toContain('guests:x:997:996::/srv/dbss/guests:/usr/sbin/nologin\n');
});

test('an account that a setting names and that is made later is a change', async () => {
  server.write('etc/vsftpd.conf', 'guest_username=guests\n');
  await procedures.capture(1, undefined);
  const { digest } = await surveyOf(procedures, undefined);
  server.append('etc/passwd', 'guests:x:997:13::/srv/data/guests:/usr/sbin/nologin\n');
  expect((await surveyOf(procedures, digest)).differences).toEqual(['accounts of the system']);
});

test('whom postfix can name lies in its root directory, too', async () => {
  server.original = { ...server.original, packages: { postfix: '1' }, units: ['postfix.service'] };
  server.write('var/lib/dpkg/status', 'Package: postfix\nStatus: install ok installed\nVersion: 1\n\n');
  server.write('etc/postfix/main.cf', 'compatibility_level = 3.6\n');
  server.write('etc/resolv.conf', 'nameserver 198.18.0.53\n');
  procedures = open({ settings: settingsFor('postfix') });
  await procedures.capture(1, undefined);
  const { read, names } = await unpacked();
  expect(read('rootfs/var/spool/postfix/etc/resolv.conf')).toBe('nameserver 198.18.0.53\n');
  expect(read('rootfs/var/spool/postfix/etc/hosts')).toBe('127.0.0.1 localhost\n');
  expect(read('files').split('\n')).toEqual(expect.arrayContaining(['etc/hosts', 'var/spool/postfix/etc/hosts']));
  expect(names).not.toContain('rootfs/var/spool/postfix/etc/postfix');
});

test('a file system of another machine that is not the shared storage is remarked on', async () => {
  server.append(
    'proc/self/mounts',
    'nas:/vmail /var/my\\040mail nfs4 rw 0 0\n/dev/vda1 / ext4 rw 0 0\nfiles:/export/x /srv/data/x nfs4 rw 0 0\n',
  );
  const { contents } = await procedures.capture(1, undefined);
  expect(contents.notices.filter((notice) => notice.includes('mounted'))).toEqual([
    '/var/my mail (nfs4, nas:/vmail) is mounted on this server and will not be on the virtual server',
  ]);
});

test('an address that the virtual server will not have, and a home on the own disk, are remarked on', async () => {
  server.write('etc/vsftpd.conf', 'listen_address=198.18.0.12\n');
  server.write('etc/vsftpd/other', 'of another machine: 198.18.0.121, 1.198.18.0.12\n');
  const { contents } = await procedures.capture(1, undefined);
  expect(contents.notices).toEqual([
    '/etc/vsftpd.conf names 198.18.0.12, an address that the virtual server does not have',
    'the home of bob, /home/bob, is not on the shared storage',
  ]);
});
