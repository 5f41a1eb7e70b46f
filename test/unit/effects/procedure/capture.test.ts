import { createHash } from 'node:crypto';
import { chmodSync, linkSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { fileFingerprint } from '@dbss/agent/configuration/original-server-contents.ts';
import { ConfigurationFiles } from '../../../../agent/src/effects/procedure/configuration-files.ts';
import { makeEachServer, settingsFor, surveyOf, unpackedOf } from './made-server.ts';

const made = makeEachServer();

test('§3.1: what is captured are the configuration of the daemons, accounts, settings and the script of the original server', async () => {
  const { stamp, contents } = await made.procedures.capture(3, undefined);
  expect(stamp).toMatchObject({ server: 'ftp', epoch: 3 });
  expect(contents).toMatchObject({ files: 2, packages: ['vsftpd'], users: ['alice', 'bob'], groups: ['alice', 'bob'] });
  const { read, names } = await unpackedOf(made);
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
  made.server.original = {
    ...made.server.original,
    files: { 'etc/hosts': fileFingerprint({ mode: 0o644, user: owner, group, sha256 }), 'etc/ftpusers': 'any', 'etc/other': 'any' },
  };
  made.open();
  const { contents } = await made.procedures.capture(1, undefined);
  expect(contents).toMatchObject({ files: 1, removed: ['etc/ftpusers'] });
  expect((await unpackedOf(made)).read('files')).toBe('etc/vsftpd.conf\netc/ftpusers\n');
});

test('the same configuration gives the same digest, and another one is told with its path', async () => {
  const { stamp } = await made.procedures.capture(1, undefined);
  expect(await surveyOf(made.procedures, stamp.digest)).toMatchObject({ digest: stamp.digest, differences: [] });
  made.server.write('etc/vsftpd.conf', 'listen=YES\nftpd_banner=new\n');
  made.server.write('etc/vsftpd.user_list', 'alice\n');
  const survey = await surveyOf(made.procedures, stamp.digest);
  expect(survey.differences).toEqual(['/etc/vsftpd.conf', '/etc/vsftpd.user_list']);
  expect(survey.digest).not.toBe(stamp.digest);
  await expect(made.procedures.capture(2, stamp.digest)).rejects.toThrow('the configuration has just been changed again');
  expect((await made.procedures.capture(2, survey.digest)).stamp.digest).toBe(survey.digest);
});

test('a file that is changed between the look and the archive is an error, and a later capture gets it as it is then', async () => {
  const file = path.join(made.server.directory, 'etc/vsftpd.conf');
  const { atime, mtime } = statSync(file);
  const survey = await surveyOf(made.procedures, undefined);
  const changed = jest.spyOn(ConfigurationFiles.prototype, 'look').mockImplementation(async function (this: ConfigurationFiles, ...args) {
    changed.mockRestore();
    const found = await this.look(...args);
    made.server.write('etc/vsftpd.conf', 'listen=NO!\n');
    utimesSync(file, atime, mtime);
    return found;
  });
  await expect(made.procedures.capture(1, survey.digest)).rejects.toThrow('/etc/vsftpd.conf has just been changed again');
  expect(await made.procedures.list()).toEqual([]);
  await made.procedures.capture(1, (await surveyOf(made.procedures, undefined)).digest);
  expect((await unpackedOf(made)).read('rootfs/etc/vsftpd.conf')).toBe('listen=NO!\n');
});

test('the content of a file that kept its size and time is read again when the file was replaced', async () => {
  const { stamp } = await made.procedures.capture(1, undefined);
  const file = path.join(made.server.directory, 'etc/vsftpd.conf');
  const { atime, mtime } = statSync(file);
  made.server.write('etc/vsftpd.conf', 'listen=NO!\n');
  utimesSync(file, atime, mtime);
  expect((await surveyOf(made.procedures, stamp.digest)).differences).toEqual(['/etc/vsftpd.conf']);
});

test('a password, an account and a permission are changes, too, and no hash of a password is in what is told', async () => {
  const { stamp } = await made.procedures.capture(1, undefined);
  made.server.write('etc/shadow', 'root:*:1::::::\nalice:$6$other:1::::::\nbob:!:1::::::\n');
  chmodSync(path.join(made.server.directory, 'etc/vsftpd.conf'), 0o600);
  const { differences } = await surveyOf(made.procedures, stamp.digest);
  expect(differences).toEqual(['/etc/vsftpd.conf', 'user alice']);
});

test('a daemon that was not restarted since its file was changed is named with the file', async () => {
  const { stamp } = await made.procedures.capture(1, undefined);
  made.server.restarted_ms = Date.now() - 60_000;
  made.server.write('etc/vsftpd.conf', 'listen=broken\n');
  const before = await surveyOf(made.procedures, stamp.digest);
  expect(before.unread).toEqual(['vsftpd has been neither restarted nor reloaded since /etc/vsftpd.conf was changed']);
  made.server.restarted_ms = Date.now() + 60_000;
  expect((await surveyOf(made.procedures, stamp.digest)).unread).toEqual([]);
});

test('before the first capture a new name of a file elsewhere, as a backup makes it, is no change of it', async () => {
  const file = path.join(made.server.directory, 'etc/vsftpd.conf');
  const long_ago = new Date(Date.now() - 3_600_000);
  utimesSync(file, long_ago, long_ago);
  linkSync(file, path.join(made.server.directory, 'backup'));
  made.server.restarted_ms = Date.now() - 60_000;
  expect((await surveyOf(made.procedures, undefined)).unread).toEqual([]);
  const { stamp } = await made.procedures.capture(1, undefined);
  linkSync(file, path.join(made.server.directory, 'backup of another day'));
  expect((await surveyOf(made.procedures, stamp.digest)).differences).toEqual([]);
});

test('a file that was moved into its place with an old time of its content has not been read', async () => {
  const { stamp } = await made.procedures.capture(1, undefined);
  made.server.restarted_ms = Date.now() - 60_000;
  made.server.write('etc/vsftpd.conf', 'listen=NO\n');
  const long_ago = new Date(Date.now() - 3_600_000);
  utimesSync(path.join(made.server.directory, 'etc/vsftpd.conf'), long_ago, long_ago);
  expect((await surveyOf(made.procedures, stamp.digest)).unread).toHaveLength(1);
});

test('a key that the configuration names comes with it, also through links; one that only a comment names does not', async () => {
  made.server.write('etc/letsencrypt/archive/site/key1.pem', 'the key\n', 0o600);
  made.server.link('etc/letsencrypt/live/site/key.pem', '../../archive/site/key1.pem');
  made.server.write('etc/ssl/private/old.key', 'old\n', 0o600);
  made.server.write('etc/vsftpd.conf', 'rsa_private_key_file=/etc/letsencrypt/live/site/key.pem\n# was /etc/ssl/private/old.key\n');
  await made.procedures.capture(1, undefined);
  const { read, names } = await unpackedOf(made);
  expect(read('rootfs/etc/letsencrypt/live/site/key.pem')).toBe('the key\n');
  expect(names).not.toContain('rootfs/etc/ssl/private/old.key');
});

test('where systemd-resolved answers, the name servers that it asks are captured', async () => {
  made.server.write('run/systemd/resolve/stub-resolv.conf', 'nameserver 127.0.0.53\n');
  made.server.write('run/systemd/resolve/resolv.conf', 'nameserver 198.18.0.1\n');
  made.server.link('etc/resolv.conf', '../run/systemd/resolve/stub-resolv.conf');
  await made.procedures.capture(1, undefined);
  expect((await unpackedOf(made)).read('rootfs/etc/resolv.conf')).toBe('nameserver 198.18.0.1\n');
});

test("the virtual servers' mount point takes the place of the real one in texts, links and homes", async () => {
  made.server.write('etc/vsftpd.conf', 'local_root=/srv/data/www\nother=/srv/database /old/srv/data\nlast=/srv/data\n');
  made.server.link('etc/vsftpd/site', '/srv/data/site');
  await made.procedures.capture(1, undefined);
  const { read } = await unpackedOf(made);
  expect(read('rootfs/etc/vsftpd.conf')).toBe('local_root=/srv/dbss/www\nother=/srv/database /old/srv/data\nlast=/srv/dbss\n');
  expect(read('passwd')).toContain('alice:x:2001:2001::/srv/dbss/home/alice:/bin/bash\n');
});

test('a mount point in something that is no text is an error that says what to do', async () => {
  made.server.write('etc/vsftpd/table.db', Buffer.from('\0\0/srv/data/x\0'));
  await expect(made.procedures.capture(1, undefined)).rejects.toThrow(
    '/etc/vsftpd/table.db holds the mount point /srv/data and is no text',
  );
});

test('what the inventory adds is captured, and what it excludes is not', async () => {
  made.server.write('etc/site/motd', 'hello\n');
  made.server.write('etc/site/cache/big', 'x');
  made.open({ capture: { paths: ['/etc/site'], excludes: ['/etc/site/cache'] } });
  await made.procedures.capture(1, undefined);
  const { names } = await unpackedOf(made);
  expect(names).toContain('rootfs/etc/site/motd');
  expect(names).not.toContain('rootfs/etc/site/cache/big');
});

test('what tells machines apart, the keys of the ring and the files of accounts are not captured, whoever asks for them', async () => {
  made.server.write('etc/dbss/tls/server.key', 'the key');
  made.server.write('etc/machine-id', 'of the real server');
  made.server.write('etc/motd', 'hello\n');
  made.open({ capture: { paths: ['/etc'], excludes: [] } });
  await made.procedures.capture(1, undefined);
  const { names } = await unpackedOf(made);
  expect(names).toContain('rootfs/etc/motd');
  expect(names.filter((name) => /rootfs\/etc\/(dbss|machine-id|passwd|shadow|group)/.test(name))).toEqual([]);
});

test('an account of the system that a setting names comes with it; one that stands in a comment or a list does not', async () => {
  const accounts = ['spare', 'web', 'kept-out', 'mysql'].map((name, index) => `${name}:x:${String(104 + index)}:13::/:/bin/false\n`);
  made.server.original = { ...made.server.original, passwd: `${made.server.original.passwd}sshd:x:104:65534::/:/bin/false\n` };
  made.server.append('etc/passwd', `guests:x:997:996::/srv/data/guests:/usr/sbin/nologin\n${accounts.join('')}`);
  made.server.append('etc/group', 'guests:x:996:\n');
  made.server.write('etc/hosts', '198.18.0.13 web\n');
  made.server.write('etc/ftpusers', 'kept-out\nspare\n');
  made.server.write('etc/vsftpd.conf', '# nopriv_user=spare\nguest_username=guests\nuserlist_file=mysql:/etc/web\nDenyUsers web\n');
  const { contents } = await made.procedures.capture(1, undefined);
  expect(contents).toMatchObject({ users: ['alice', 'bob', 'guests'], groups: ['alice', 'bob', 'guests'] });
  expect((await unpackedOf(made)).read('passwd')).toContain('guests:x:997:996::/srv/dbss/guests:/usr/sbin/nologin\n');
});

test('an account that a setting names and that is made later is a change', async () => {
  made.server.write('etc/vsftpd.conf', 'guest_username=guests\n');
  await made.procedures.capture(1, undefined);
  const { digest } = await surveyOf(made.procedures, undefined);
  made.server.append('etc/passwd', 'guests:x:997:13::/srv/data/guests:/usr/sbin/nologin\n');
  expect((await surveyOf(made.procedures, digest)).differences).toEqual(['accounts of the system']);
});

test('whom postfix can name lies in its root directory, too', async () => {
  made.server.original = { ...made.server.original, packages: { postfix: '1' }, units: ['postfix.service'] };
  made.server.write('var/lib/dpkg/status', 'Package: postfix\nStatus: install ok installed\nVersion: 1\n\n');
  made.server.write('etc/postfix/main.cf', 'compatibility_level = 3.6\n');
  made.server.write('etc/resolv.conf', 'nameserver 198.18.0.53\n');
  made.open({ settings: settingsFor('postfix') });
  await made.procedures.capture(1, undefined);
  const { read, names } = await unpackedOf(made);
  expect(read('rootfs/var/spool/postfix/etc/resolv.conf')).toBe('nameserver 198.18.0.53\n');
  expect(read('rootfs/var/spool/postfix/etc/hosts')).toBe('127.0.0.1 localhost\n');
  expect(read('files').split('\n')).toEqual(expect.arrayContaining(['etc/hosts', 'var/spool/postfix/etc/hosts']));
  expect(names).not.toContain('rootfs/var/spool/postfix/etc/postfix');
});

test('a file system of another machine that is not the shared storage is remarked on', async () => {
  made.server.append(
    'proc/self/mounts',
    'nas:/vmail /var/my\\040mail nfs4 rw 0 0\n/dev/vda1 / ext4 rw 0 0\nfiles:/export/x /srv/data/x nfs4 rw 0 0\n',
  );
  const { contents } = await made.procedures.capture(1, undefined);
  expect(contents.notices.filter((notice) => notice.includes('mounted'))).toEqual([
    '/var/my mail (nfs4, nas:/vmail) is mounted on this server and will not be on the virtual server',
  ]);
});

test('an address that the virtual server will not have, and a home on the own disk, are remarked on', async () => {
  made.server.write('etc/vsftpd.conf', 'listen_address=198.18.0.12\n');
  made.server.write('etc/vsftpd/other', 'of another machine: 198.18.0.121, 1.198.18.0.12\n');
  const { contents } = await made.procedures.capture(1, undefined);
  expect(contents.notices).toEqual([
    '/etc/vsftpd.conf names 198.18.0.12, an address that the virtual server does not have',
    'the home of bob, /home/bob, is not on the shared storage',
  ]);
});

test('remarks on a capture are told again by an agent that was restarted since', async () => {
  made.server.append('etc/vsftpd.conf', 'listen_address=198.18.0.12\n');
  const { stamp, contents } = await made.procedures.capture(1, undefined);
  expect(contents.notices).not.toEqual([]);
  made.open();
  expect((await surveyOf(made.procedures, stamp.digest)).notices).toEqual(contents.notices);
  made.server.append('etc/vsftpd.conf', 'anonymous_enable=NO\n');
  expect((await surveyOf(made.procedures, stamp.digest)).notices).toEqual(contents.notices);
});
