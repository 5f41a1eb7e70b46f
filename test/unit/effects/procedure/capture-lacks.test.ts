import path from 'node:path';
import { makeEachServer, settingsFor, surveyOf, unpackedOf } from './made-server.ts';

const made = makeEachServer();

describe('what the original server lacks is an error at the capture, all of it at once:', () => {
  test('a package, also that of a configured module, and a unit', async () => {
    made.server.original = { ...made.server.original, packages: {}, units: [] };
    made.server.write('etc/vsftpd/module.conf', 'x');
    made.server.write('var/lib/dpkg/info/vsftpd-module.conffiles', '/etc/vsftpd/module.conf\n');
    made.server.write(
      'var/lib/dpkg/status',
      ['vsftpd', 'vsftpd-module'].map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n\n`).join(''),
    );
    made.open();
    const error = await made.procedures.capture(1, undefined).catch((thrown: unknown) => (thrown as Error).message);
    expect(error).toContain('the original server has no unit vsftpd.service');
    expect(error).toContain(
      'lacks the package vsftpd (for vsftpd): add it to vm-images/original-server/recipe.json, then dbssctl bootstrap',
    );
    expect(error).toContain('lacks the package vsftpd-module (/etc/vsftpd/module.conf is of it)');
  });

  test('a package that has left its configuration to ucf, and one with a part that the daemon loads', async () => {
    const packages = ['dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'dovecot-mysql', 'dovecot-doc'];
    made.server.original = { ...made.server.original, packages: { 'dovecot-core': '1', 'dovecot-imapd': '1' }, units: ['dovecot.service'] };
    made.server.write('etc/dovecot/conf.d/20-lmtp.conf', 'x');
    made.server.write('var/lib/dpkg/info/dovecot-mysql.list', '/.\n/usr/lib/dovecot/modules/libdriver_mysql.so\n');
    made.server.write('var/lib/dpkg/info/dovecot-doc.list', '/.\n/usr/share/doc/dovecot-doc/index.html\n');
    made.server.write(
      'var/lib/ucf/registry',
      'dovecot-core \t /etc/dovecot/dovecot.conf\ndovecot-lmtpd \t /etc/dovecot/conf.d/20-lmtp.conf\n',
    );
    made.server.write(
      'var/lib/dpkg/status',
      packages.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n\n`).join(''),
    );
    made.open({ settings: settingsFor('dovecot') });
    await expect(made.procedures.capture(1, undefined)).rejects.toThrow(
      'the original server lacks the package dovecot-lmtpd (/etc/dovecot/conf.d/20-lmtp.conf is of it): add it to vm-images/original-server/recipe.json, then dbssctl bootstrap; ' +
        'the original server lacks the package dovecot-mysql (a part of dovecot here): add it to vm-images/original-server/recipe.json, then dbssctl bootstrap',
    );
  });

  test('a package with a module of PAM by which people log in here', async () => {
    const packages = ['vsftpd', 'libpam-modules', 'libpam-oath', 'libpam-mount'];
    made.server.original = { ...made.server.original, packages: { vsftpd: '1', 'libpam-modules': '1' } };
    made.server.write(
      'var/lib/dpkg/status',
      packages.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n\n`).join(''),
    );
    for (const [name, module] of [
      ['libpam-modules:amd64', 'pam_unix'],
      ['libpam-oath', 'pam_oath'],
      ['libpam-mount', 'pam_mount'],
    ] as const) {
      made.server.write(`var/lib/dpkg/info/${name}.list`, `/.\n/lib/x86_64-linux-gnu/security/${module}.so\n`);
    }
    const harmless = [
      'auth [success=1 default=ignore] pam_oath.so',
      '-auth required pam_oath.so',
      'auth sufficient pam_oath.so',
      'session optional pam_mount.so',
      'password requisite pam_mount.so',
      '# auth required pam_mount.so',
      'auth required pam_unix.so nullok',
    ];
    made.server.write('etc/pam.d/common-auth', `${harmless.join('\n')}\n`);
    made.open();
    await made.procedures.capture(1, undefined);
    made.server.write('etc/pam.d/vsftpd', ' auth required pam_oath.so\n@include common-auth\n');
    await expect(made.procedures.capture(2, undefined)).rejects.toThrow(
      /^the original server lacks the package libpam-oath \(\/etc\/pam\.d\/vsftpd names pam_oath\.so\): add it [^;]*$/,
    );
  });

  test('a package that is held back here', async () => {
    made.server.original = { ...made.server.original, packages: { postfix: '1' }, units: ['postfix.service'] };
    made.server.write('var/lib/dpkg/info/postfix-mysql.list', '/.\n/usr/lib/postfix/postfix-mysql.so\n');
    made.server.write(
      'var/lib/dpkg/status',
      'Package: postfix\nStatus: install ok installed\nVersion: 1\n\nPackage: postfix-mysql\nStatus: hold ok installed\nVersion: 1\n\n',
    );
    made.open({ settings: settingsFor('postfix') });
    await expect(made.procedures.capture(1, undefined)).rejects.toThrow('the original server lacks the package postfix-mysql');
  });

  test('a number that an account of the system has here and another one there, when the configuration names it', async () => {
    made.server.original = { ...made.server.original, passwd: `${made.server.original.passwd}dovenull:x:120:120::/:/bin/false\n` };
    made.server.append('etc/passwd', 'guests:x:120:13::/:/usr/sbin/nologin\n');
    made.open();
    await made.procedures.capture(1, undefined);
    made.server.write('etc/vsftpd.conf', 'guest_username=guests\n');
    await expect(made.procedures.capture(2, undefined)).rejects.toThrow(
      'the number 120 of the user guests is that of dovenull in the original server',
    );
  });

  test('a file that the inventory wants captured and that is not there', async () => {
    made.open({ capture: { paths: ['/etc/ssl/private/site.key'], excludes: [] } });
    const error = '/etc/ssl/private/site.key is not there, and dbss_capture.paths of the inventory wants it captured';
    await expect(surveyOf(made.procedures, undefined)).rejects.toThrow(error);
    await expect(made.procedures.capture(1, undefined)).rejects.toThrow(error);
  });

  test('a number of a user that is somebody else’s there, and a user of another number', async () => {
    made.server.original = {
      ...made.server.original,
      passwd: 'root:x:0:0:root:/root:/bin/sh\nbuild:x:2001:2001::/:/bin/sh\nbob:x:3000:3000::/:/bin/sh\n',
    };
    made.open();
    await expect(made.procedures.capture(1, undefined)).rejects.toThrow(
      'the number 2001 of the user alice is that of build in the original server: give it another one here, and to its files; ' +
        'the user bob has the number 2002 here and 3000 in the original server: give it the number 3000 here, and to its files',
    );
  });

  test('a file that is larger than the whole procedure may be is named', async () => {
    const noise = Buffer.from(Array.from({ length: 700_000 }, (_, at) => (at * at * 31 + (at >> 3) * 17 + (at % 251)) & 0xff));
    made.server.write('etc/vsftpd/map', noise);
    await expect(made.procedures.capture(1, undefined)).rejects.toThrow(/biggest files: \/etc\/vsftpd\/map \(700000\)/);
  });

  test('a file with a space in its name is named', async () => {
    made.server.write('etc/vsftpd/my file', 'x');
    await expect(surveyOf(made.procedures, undefined)).rejects.toThrow('/etc/vsftpd/my file: a file with such a name cannot be captured');
  });

  test('an original server that does not say what is in it', async () => {
    made.open({ originalServer: path.join(made.server.directory, 'nowhere') });
    await expect(surveyOf(made.procedures, undefined)).rejects.toThrow(
      'deploy an original server that says what is in it (dbssctl bootstrap)',
    );
  });
});

describe("a daemon with a unit of the administrator's own", () => {
  const board = { server: 'ftp', services: [{ daemon: 'board', probe: 'tcp', port: 8080 }], storage: undefined, gateway: '' } as const;
  const UNIT = 'etc/systemd/system/board.service';
  beforeEach(() => {
    made.server.original = { ...made.server.original, packages: {}, units: ['vsftpd.service'] };
  });

  test('needs none in the original server: the unit comes with it, and its program', async () => {
    made.server.write(UNIT, '[Service]\nExecStart=-/usr/local/bin/board --listen\n');
    made.server.write('usr/local/bin/board', '#!/bin/sh\n', 0o755);
    made.open({ settings: board, capture: { paths: ['/usr/local/bin/board'], excludes: [] } });
    await made.procedures.capture(1, undefined);
    expect((await unpackedOf(made)).names).toEqual(expect.arrayContaining([`rootfs/${UNIT}`, 'rootfs/usr/local/bin/board']));
  });

  test('whose program is not captured', async () => {
    made.server.write(UNIT, '[Service]\nExecStart=/usr/local/bin/board\n');
    made.open({ settings: board });
    await expect(made.procedures.capture(1, undefined)).rejects.toThrow(
      '/etc/systemd/system/board.service starts /usr/local/bin/board, which the original server has not: add it to dbss_capture.paths',
    );
  });

  test.each([
    ['nothing', '/dev/null', true],
    ['a unit that the original server has not', '/lib/systemd/system/other.service', true],
    ['a unit that it has', '/lib/systemd/system/vsftpd.service', false],
  ])('that is a link to %s', async (_what, to, isLacking) => {
    made.server.link(UNIT, to);
    made.open({ settings: board });
    const failure = await made.procedures.capture(1, undefined).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    expect(failure).toBe(isLacking ? 'the original server has no unit board.service' : '');
  });
});
