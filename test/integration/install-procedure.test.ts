import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { procedureConf } from '../../agent/src/configuration/procedure-settings.ts';
import { describeAsRoot } from './support/root.ts';

const SCRIPT = path.resolve('templates/procedure/install.sh');
/** What the guest's own programs would do to a machine; `systemctl start` fails as vsftpd does on a broken configuration. */
const STAND_INS: Readonly<Record<string, string>> = {
  ip: 'exit 0',
  date: 'echo "$*" >>"${0%/bin/date}/clock"',
  systemctl: 'case $1 in start) ! grep -qs broken /etc/made.conf ;; *) exit 0 ;; esac',
};
/** A machine of its own as far as /etc, /run and the host name go. */
const APART = [
  'set -e',
  'mount --bind "$1/etc" /etc; mount -t tmpfs none /run; mkdir -p /run/dbss',
  'PATH="$1/bin:$PATH"; export DBSS_ADDRESS=192.0.2.5 DBSS_PREFIX_LENGTH=24 DBSS_MAC=02:00:00:00:00:01; now=1790000000; shift',
  'for procedure; do now=$((now + 1)); status=0; (cd "$procedure" && DBSS_NOW=$now.25 sh ./install.sh) || status=$?',
  'echo "$procedure ended with $status"; (cd /etc && find . -type f -o -type l | sort | xargs sha256sum) >"$procedure/after"; done',
].join('\n');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-install-'));
  mkdirSync(path.join(directory, 'bin'));
  for (const [name, text] of Object.entries(STAND_INS)) {
    writeFileSync(path.join(directory, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(directory, 'bin', name), 0o755);
  }
  write('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nproxy:x:13:13::/:/bin/sh\n');
  write('etc/shadow', 'root:*:1::::::\n');
  write('etc/group', 'root:x:0:\nssl-cert:x:110:\nmail:x:8:proxy\n');
  write('etc/machine-id', 'the one of the original server\n');
  write('etc/hosts', '127.0.0.1 localhost\n');
  write('etc/kept.conf', 'of the original server\n');
  write('etc/unwanted.conf', 'of the original server\n');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
  writeFileSync(path.join(directory, file), content);
}

/** A procedure, unpacked as the receiver in the guest unpacks it. */
function procedure(version: string, files: Readonly<Record<string, string>>, removed: readonly string[] = []): string {
  const at = `procedure-${version === '' ? 'generated' : version}`;
  cpSync(SCRIPT, path.join(directory, at, 'install.sh'));
  const services = [{ daemon: 'vsftpd', probe: 'ftp', port: 21 }] as const;
  const conf = procedureConf({ server: 'ftp', services, storage: undefined, gateway: '', version });
  // Nothing listens here.
  write(`${at}/procedure.conf`, conf.replace(/^LISTENERS=.*$/m, "LISTENERS=''"));
  write(`${at}/passwd`, 'alice:x:2001:2001::/srv/dbss/home/alice:/bin/bash\n');
  write(`${at}/shadow`, 'alice:$6$hash:1::::::\n');
  write(`${at}/group`, 'alice:x:2001:\n');
  if (version !== '') {
    write(`${at}/members`, 'ssl-cert alice\nmail alice\nnobody-has-it alice\n');
    write(`${at}/files`, [...Object.keys(files), ...removed].map((file) => `${file}\n`).join(''));
  }
  for (const [file, content] of Object.entries(files)) write(`${at}/rootfs/${file}`, content);
  return path.join(directory, at);
}

/** Apply procedures one after the other in one guest. @returns what each ended with, and the state of /etc after each */
function applied(...procedures: readonly string[]): {
  readonly ends: readonly string[];
  readonly after: readonly string[];
  readonly etc: (file: string) => string;
} {
  const { stdout, stderr } = spawnSync('unshare', ['--mount', '--uts', '--net', 'sh', '-c', APART, 'sh', directory, ...procedures], {
    encoding: 'utf8',
  });
  const ends = [...stdout.matchAll(/ended with (\d+)$/gm)].map(([, status = '']) => status);
  if (ends.length !== procedures.length) throw new Error(`${stdout}\n${stderr}`);
  return {
    ends,
    after: procedures.map((at) => readFileSync(path.join(at, 'after'), 'utf8')),
    etc: (file) => readFileSync(path.join(directory, 'etc', file), 'utf8'),
  };
}

describeAsRoot('an installation procedure in the original server', () => {
  test('a captured procedure brings files, takes files away, and adds accounts and memberships', () => {
    const { ends, etc } = applied(procedure('3', { 'etc/made.conf': 'new\n', 'etc/kept.conf': 'other\n' }, ['etc/unwanted.conf']));
    expect(ends).toEqual(['0']);
    expect([etc('made.conf'), etc('kept.conf')]).toEqual(['new\n', 'other\n']);
    expect(() => etc('unwanted.conf')).toThrow('ENOENT');
    expect(etc('passwd')).toContain('alice:x:2001:');
    expect(etc('group')).toBe('root:x:0:\nssl-cert:x:110:alice\nmail:x:8:proxy,alice\nalice:x:2001:\n');
    expect(etc('hostname')).toBe('ftpb\n');
  });

  test('the clock is set before anything else is done: the guest wakes with the time of its suspension', () => {
    const broken = procedure('4', { 'etc/made.conf': 'broken\n' });
    applied(broken);
    expect(readFileSync(path.join(directory, 'clock'), 'utf8')).toBe('-u -s @1790000001\n');
    const script = readFileSync(SCRIPT, 'utf8');
    expect(script.indexOf('\ndate -u -s')).toBeLessThan(script.indexOf('\nip link'));
  });

  test('the name of the virtual server is found without a name server, once', () => {
    const captured = procedure('3', { 'etc/hosts': '127.0.0.1 localhost\n198.18.0.12 ftp # not ftpb.example\n' });
    expect(applied(captured, captured).etc('hosts')).toBe('127.0.0.1 localhost\n198.18.0.12 ftp # not ftpb.example\n192.0.2.5 ftpb\n');
    const unended = procedure('4', { 'etc/hosts': '198.18.0.5 files' });
    expect(applied(unended).etc('hosts')).toBe('198.18.0.5 files\n192.0.2.5 ftpb\n');
  });

  test('§3.1: applied twice it changes nothing', () => {
    for (const version of ['3', '']) {
      const once = procedure(version, { 'etc/made.conf': 'new\n' });
      const before = applied(once).after[0];
      expect(applied(once, once).after).toEqual([before, before]);
    }
  });

  test('a version whose daemons do not start is undone by the one that is applied after it', () => {
    const broken = procedure('4', { 'etc/made.conf': 'broken\n', 'etc/only-there.conf': 'x\n', 'etc/kept.conf': 'other\n' }, [
      'etc/unwanted.conf',
    ]);
    const before = procedure('3', { 'etc/made.conf': 'new\n' });
    const generated = procedure('', { 'etc/made.conf': 'generated\n' });
    const { ends, etc } = applied(broken, before);
    expect(ends).toEqual(['1', '0']);
    expect([etc('made.conf'), etc('kept.conf'), etc('unwanted.conf')]).toEqual([
      'new\n',
      'of the original server\n',
      'of the original server\n',
    ]);
    expect(() => etc('only-there.conf')).toThrow('ENOENT');
    expect(etc('passwd').match(/alice/g)).toHaveLength(2);
    expect(applied(broken, generated).etc('made.conf')).toBe('generated\n');
  });

  test('a link of the original server is replaced, and what it names is not written to', () => {
    write('etc/target', 'of the original server\n');
    spawnSync('ln', ['-s', 'target', path.join(directory, 'etc/made.conf')]);
    const { etc } = applied(procedure('3', { 'etc/made.conf': 'new\n' }));
    expect([etc('made.conf'), etc('target')]).toEqual(['new\n', 'of the original server\n']);
  });

  test('a virtual server has a machine-id of its own, and keeps it when the procedure is applied again', () => {
    const once = procedure('3', { 'etc/made.conf': 'new\n' });
    const { etc, after } = applied(once, once);
    expect(etc('machine-id')).toMatch(/^[0-9a-f]{32}\n$/);
    expect(after[1]).toBe(after[0]);
  });
});
