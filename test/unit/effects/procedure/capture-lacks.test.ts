import path from 'node:path';
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

describe('what the original server lacks is an error at the capture, all of it at once:', () => {
  test('a package, also that of a configured module, and a unit', async () => {
    server.original = { ...server.original, packages: {}, units: [] };
    server.write('etc/vsftpd/module.conf', 'x');
    server.write('var/lib/dpkg/info/vsftpd-module.conffiles', '/etc/vsftpd/module.conf\n');
    server.write(
      'var/lib/dpkg/status',
      ['vsftpd', 'vsftpd-module'].map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n\n`).join(''),
    );
    procedures = open();
    const error = await procedures.capture(1, undefined).catch((thrown: unknown) => (thrown as Error).message);
    expect(error).toContain('the original server has no unit vsftpd.service');
    expect(error).toContain('lacks the package vsftpd (for vsftpd): add it to vm-images/original-server/recipe.json');
    expect(error).toContain('lacks the package vsftpd-module (/etc/vsftpd/module.conf is of it)');
  });

  test('a package that has left its configuration to ucf, and one with a part that the daemon loads', async () => {
    const packages = ['dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'dovecot-mysql', 'dovecot-doc'];
    server.original = { ...server.original, packages: { 'dovecot-core': '1', 'dovecot-imapd': '1' }, units: ['dovecot.service'] };
    server.write('etc/dovecot/conf.d/20-lmtp.conf', 'x');
    server.write('var/lib/dpkg/info/dovecot-mysql.list', '/.\n/usr/lib/dovecot/modules/libdriver_mysql.so\n');
    server.write('var/lib/dpkg/info/dovecot-doc.list', '/.\n/usr/share/doc/dovecot-doc/index.html\n');
    server.write('var/lib/ucf/registry', 'dovecot-core \t /etc/dovecot/dovecot.conf\ndovecot-lmtpd \t /etc/dovecot/conf.d/20-lmtp.conf\n');
    server.write('var/lib/dpkg/status', packages.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n\n`).join(''));
    procedures = open({ settings: settingsFor('dovecot') });
    await expect(procedures.capture(1, undefined)).rejects.toThrow(
      'the original server lacks the package dovecot-lmtpd (/etc/dovecot/conf.d/20-lmtp.conf is of it): add it to vm-images/original-server/recipe.json; ' +
        'the original server lacks the package dovecot-mysql (a part of dovecot here): add it to vm-images/original-server/recipe.json',
    );
  });

  test('a number that an account of the system has here and another one there, when the configuration names it', async () => {
    server.original = { ...server.original, passwd: `${server.original.passwd}dovenull:x:120:120::/:/bin/false\n` };
    server.append('etc/passwd', 'guests:x:120:13::/:/usr/sbin/nologin\n');
    procedures = open();
    await procedures.capture(1, undefined);
    server.write('etc/vsftpd.conf', 'guest_username=guests\n');
    await expect(procedures.capture(2, undefined)).rejects.toThrow(
      'the number 120 of the user guests is that of dovenull in the original server',
    );
  });

  test('a file that the inventory wants captured and that is not there', async () => {
    procedures = open({ capture: { paths: ['/etc/ssl/private/site.key'], excludes: [] } });
    const error = '/etc/ssl/private/site.key is not there, and dbss_capture.paths of the inventory wants it captured';
    await expect(surveyOf(procedures, undefined)).rejects.toThrow(error);
    await expect(procedures.capture(1, undefined)).rejects.toThrow(error);
  });

  test('a number of a user that is somebody else’s there, and a user of another number', async () => {
    server.original = {
      ...server.original,
      passwd: 'root:x:0:0:root:/root:/bin/sh\nbuild:x:2001:2001::/:/bin/sh\nbob:x:3000:3000::/:/bin/sh\n',
    };
    procedures = open();
    await expect(procedures.capture(1, undefined)).rejects.toThrow(
      'the number 2001 of the user alice is that of build in the original server; the user bob has the number 2002 here and 3000 in the original server',
    );
  });

  test('a file that is larger than the whole procedure may be is named', async () => {
    const noise = Buffer.from(Array.from({ length: 700_000 }, (_, at) => (at * at * 31 + (at >> 3) * 17 + (at % 251)) & 0xff));
    server.write('etc/vsftpd/map', noise);
    await expect(procedures.capture(1, undefined)).rejects.toThrow(/biggest files: \/etc\/vsftpd\/map \(700000\)/);
  });

  test('a file with a space in its name is named', async () => {
    server.write('etc/vsftpd/my file', 'x');
    await expect(surveyOf(procedures, undefined)).rejects.toThrow('/etc/vsftpd/my file: a file with such a name cannot be captured');
  });

  test('an original server that does not say what is in it', async () => {
    procedures = open({ originalServer: path.join(server.directory, 'nowhere') });
    await expect(surveyOf(procedures, undefined)).rejects.toThrow('deploy an original server that says what is in it (dbssctl bootstrap)');
  });
});
